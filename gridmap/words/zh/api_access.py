"""Words about who may come in over HTTP."""

WORDS = {
    "origin": "此请求来自其他网站的页面，或者浏览器未说明来源；请打开本办事处自己的页面",
    "no_tls": "在此发送的内容可能被他人读取；请用 https:// 打开此地址",
    "session_wanted": "此操作只供用密码登录的人使用；不能用令牌",
    "oidc_off": "本办事处没有身份服务；请在 settings.toml 中设置 oidc_issuer 和 oidc_client_id，并在服务的环境变量中设置 {variable}",
    "oidc_absent": "安装的服务不含身份服务所需的组件；请安装 gridmap-office[oidc]",
    "oidc_unreachable": "身份服务没有正常应答；请稍后再试，或者用密码登录",
    "oidc_failed": "在身份服务的登录没有完成，或者时间过长；请重新开始",
    "signed_in": "已登录：继续",
}
