"""Words about accounts and tokens as kept."""

WORDS = {
    "unknown_account": "account {name}: there is none of this name. See: gridmap account list",
    "account_exists": "account {name}: the name is taken; a disabled account keeps its name",
    "unknown_token": "token {token}: there is none of this number. See: gridmap token list",
    "identity_bound": "this identity is bound to the account {name} already; unbind it there first",
}
