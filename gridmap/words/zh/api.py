"""Words of the service."""

WORDS = {
    "bad_request": "请求无法读取；请检查地址、请求头和正文",
    "no_such_page": "此地址没有内容；/openapi.json 列出全部地址",
    "no_such_method": "此地址不接受这种请求方法；/openapi.json 列出可用的方法",
    "unforeseen": "服务出现意外错误；请把请求编号告知管理员",
    "missing": "缺少 {where}",
    "not_valid": "{where} 不符合要求：{rule}",
    "sort": "{argument} 不是此列表的列；可用：{allowed}，前面加 - 表示从高到低",
    "after": "{argument} 不属于此列表；请使用上一页 `next` 中的地址",
    "place": "请给出 lon 和 lat，或者给出 cell",
    "match_wanted": "请说明所修改的是哪个状态：把看到的 ETag 放在 If-Match 中",
    "too_large": "正文超过 {megabytes} MB",
    "too_many": "请求过多；请等待 {seconds} 秒",
}
