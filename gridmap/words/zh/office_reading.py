"""Words of the errands that look in layers."""

WORDS = {
    "no_field": "数据类别 {layer}：没有字段 {field}；可用 {allowed}",
    "search_short": "查找的文字太短；除空格外至少 {length} 个字符",
}
