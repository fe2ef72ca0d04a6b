"""Words about accounts, sessions and tokens."""

WORDS = {
    "account_name": "{argument}：账号名为 1 至 32 个字符，可用 a-z 0-9 . _ -，以字母或数字开头；local 与 nobody 已占用。不得用真实姓名",
    "account_role": "{argument} {value}：没有这个账号角色；可用 {allowed}",
    "account_cells": "网格 {cells}：任何网格版本中都没有",
    "sign_in_refused": "账号或密码不正确，或账号已停用",
    "sign_in_wait": "登录失败次数过多，请在 {seconds} 秒后再试",
    "sign_in_busy": "此刻登录人数过多，请在 {seconds} 秒后再试",
    "no_session": "登录已失效，请重新登录",
    "no_token": "令牌不存在、已过期或已吊销；请向管理员另取",
    "token_label": "{argument}：请写明令牌用途，1 至 {longest} 个字符",
    "token_days": "{argument} {value}：令牌有效期为 1 至 {longest} 天",
    "token_whose": "{argument}：令牌要么有角色（可带网格），要么属于某个账号",
    "token_role": "令牌不能具有角色 {role} 的权限；请登录操作",
    "account_way": "{argument}：账号需要密码、身份，或者两者都有",
    "account_identity": "{argument}：请给出身份服务对持有人的标识（subject）：1 至 {longest} 个可打印的 ASCII 字符",
    "no_issuer": "{argument}：本办事处没有身份服务；请在 settings.toml 中设置 oidc_issuer 和 oidc_client_id",
    "identity_refused": "身份服务认识您，但本办事处没有与您绑定的有效账号；请找管理员",
}
