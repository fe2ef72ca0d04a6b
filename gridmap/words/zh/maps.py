"""Words of maps and map files."""

WORDS = {
    "not_a_frame": "{argument}：{given} 不是 GeoDataFrame，请提供 GeoDataFrame",
    "missing_crs": "{argument}：未注明坐标系；请注明（set_crs），系统只询问，绝不猜测",
    "mixed_shapes": "{argument}：含有 {kinds}；GeoPackage 的一张表只能是点、线或面",
    "column_type": "{argument}：列 {column} 混有 {kinds} 类型的值；一列只能有一种类型",
    "not_stated": "未填",
    "style_name": "网格图样式",
    "cells_big": "大网格",
    "cells_middle": "中网格",
    "cells_small": "小网格",
}
