"""Words about accounts and tokens as kept."""

WORDS = {
    "unknown_account": "账号 {name}：没有这个账号。请看 gridmap account list",
    "account_exists": "账号 {name}：名称已被占用；停用的账号仍保留其名称",
    "unknown_token": "令牌 {token}：没有这个编号。请看 gridmap token list",
    "identity_bound": "此身份已绑定账号 {name}；请先在该账号解除绑定",
}
