"""Words of vector tiles."""

WORDS = {
    "tile_zoom": "{argument}：{given} 不是有效的缩放级别；应为 0 至 {last}",
    "tile_place": "{argument}：{given} 不是有效的瓦片；该级别的行列号为 0 至 {last}",
    "tile_size": "{argument}：{given} 超出范围；应为 {least} 至 {most}",
    "tile_columns": "{argument}：列名 {columns} 重复；请改为不同的列名",
    "tile_value": "{argument}：列 {column} 含有 {kind} 类型的值；瓦片只能存放文本、64 位数字、是否值、日期和时刻",
    "tile_text": "{argument}：列 {column} 含有无效的 Unicode 文本（不成对的代理字符）；请更正",
}
