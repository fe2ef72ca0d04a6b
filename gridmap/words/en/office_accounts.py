"""Words about accounts, sessions and tokens."""

WORDS = {
    "account_name": "{argument}: an account's name has 1 to 32 of a-z 0-9 . _ - and begins with a letter or digit;"
    " local and nobody are taken. Never a person's own name",
    "account_role": "{argument} {value}: no role of an account; use one of {allowed}",
    "account_cells": "cells {cells}: no edition of the grid has them",
    "sign_in_refused": "the name or the password is not right, or the account is disabled",
    "sign_in_wait": "too many sign-ins failed; try again in {seconds} seconds",
    "sign_in_busy": "too many sign in at this moment; try again in {seconds} seconds",
    "no_session": "the session is over; sign in",
    "no_token": "the token is unknown, over or revoked; ask the administrator for another",
    "token_label": "{argument}: say what the token is for, in 1 to {longest} characters",
    "token_days": "{argument} {value}: a token holds for 1 to {longest} days",
    "token_whose": "{argument}: a token has either a role, perhaps with cells, or an account",
    "token_role": "a token never has the rights of the role {role}; sign in instead",
    "account_way": "{argument}: an account needs a password, an identity, or both",
    "account_identity": "{argument}: give the subject by which the identity provider knows the holder: 1 to {longest} printable ASCII"
    " characters",
    "no_issuer": "{argument}: the office has no identity provider; set oidc_issuer and oidc_client_id in settings.toml",
    "identity_refused": "the identity provider knows you, this office does not: no account that holds is bound to you; ask the"
    " administrator",
}
