"""How registers write things: spellings that readers recognise, never shown to anybody.

Compared after NFKC, case folding and removal of white space, so full-width and upper-case forms need no entry.
"""

from __future__ import annotations

TRUE = frozenset("√ ✓ ✔ ☑ 是 有 对 y yes t true 1".split())
FALSE = frozenset("× ✗ ✘ ☐ 否 无 没有 错 n no f false x 0".split())

# What may stand after year, month and day.
DAY_SIGNS = ("年", "月", "日号")

# A row whose first cell is one of these sums the rows above it.
TOTALS = frozenset("合计 小计 总计 共计 累计 合計 小計 總計 total subtotal sum grandtotal".split())

# A row whose first cell is one of these and a colon signs or explains the sheet.
NOTES = tuple(
    "填表人 填报人 制表人 制表 审核人 审核 填表单位 填报单位 填表日期 填报日期 填表说明 说明 备注 注 note notes".split()
)

# Headers of the columns that any register may have beside its layer's own fields (gridmap.layer.RESERVED).
HEADERS = {
    "cell": tuple("cell cell_code 网格编码 网格编号 网格代码 所属网格 所在网格 小网格 小网格编码".split()),
    "cell_reason": tuple("cell_reason 指定网格原因 网格调整原因".split()),
    "lon": tuple("lon lng long longitude x 经度 东经 x坐标 横坐标".split()),
    "lat": tuple("lat latitude y 纬度 北纬 y坐标 纵坐标".split()),
    "wkt": tuple("wkt geometry_wkt geom_wkt 几何图形".split()),
    "place_key": tuple("place_key 位置编码 地点编码".split()),
}

# Columns of a file of cells, and how it names the levels.
CELL_HEADERS = {
    "code": tuple("code cell cell_code 网格编码 网格编号 网格代码 编码 代码".split()),
    "name": tuple("name cell_name 网格名称 名称".split()),
    "level": tuple("level cell_level 网格层级 网格级别 层级 级别".split()),
    "parent": tuple("parent parent_code 上级网格 上级网格编码 上级编码 父级编码".split()),
}
LEVELS = {
    "big": tuple("big 大 大网格 一级 一级网格 1".split()),
    "middle": tuple("middle 中 中网格 二级 二级网格 2".split()),
    "small": tuple("small 小 小网格 三级 三级网格 3".split()),
}
