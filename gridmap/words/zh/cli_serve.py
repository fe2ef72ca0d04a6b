"""What `gridmap serve` says."""

WORDS = {
    "help.serve": "通过 HTTP 提供服务，直到被要求停止。",
    "serve.port": "监听端口；0 表示任选空闲端口",
    "serve.host": "监听地址；除本机外的地址应置于 TLS 代理之后",
    "serve.workers": "同时应答的进程数",
    "column.password": "密码",
    "column.cadre": "工作人员",
    "serve.at": "服务地址：{address}；按 Ctrl+C 停止。",
}
