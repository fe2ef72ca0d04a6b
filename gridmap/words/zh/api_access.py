"""Words about who may come in over HTTP."""

WORDS = {
    "origin": "此请求来自其他网站的页面，或者浏览器未说明来源；请打开本办事处自己的页面",
    "no_tls": "在此发送的内容可能被他人读取；请用 https:// 打开此地址",
    "session_wanted": "此操作只供用密码登录的人使用；不能用令牌",
}
