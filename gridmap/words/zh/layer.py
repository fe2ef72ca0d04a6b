"""Words of the layer registry."""

WORDS = {
    "duplicate_layer": "数据类别 {layer}：重复声明；每个类别一个文件、一个名称",
    "unknown_layer": "数据类别 {layer}：不存在；可用：{allowed}",
    "duplicate_field": "数据类别 {layer}，字段 {field}：名称重复或为保留名；请改用其他名称",
    "duplicate_header": "数据类别 {layer}，字段 {field}：表头 {header} 已属于另一字段",
    "key": "数据类别 {layer}：主键 {key} 必须是本类别中必填且公开的文本字段",
    "choices": "数据类别 {layer}，字段 {field}：选项类型须列出可选值，其他类型不得列出",
    "style_by": "数据类别 {layer}，样式：{field} 必须是本类别中的选项字段",
    "not_allowed": "数据类别 {layer}，{argument}：{value} 不可用；可用：{allowed}",
}
