"""Words of the streets: lighting and travel."""

WORDS = {
    "radius": "{argument}：{given} 不是距离（涉及 {count} 条道路）；请给出大于 0 的米数，统一一个值，或用 Series 逐条道路给出",
    "shortest": "{argument}：{given} 不是长度（涉及 {count} 条道路）；请给出不小于 0 的米数，统一一个值，或用 Series 逐条道路给出",
    "working": "{argument}：请为 {count} 盏路灯逐一给出真值（是否亮灯）",
    "unknown_lamp": "路灯 {lamp} 不在所给的路灯之中",
    "mode": "{argument}：没有 {given!r} 这种出行方式；可用 {allowed}",
    "speed": "{argument}：{given} 不是速度；请给出每秒米数，0 或以上（0 表示不准通行）",
    "by_road": "{argument}：请给出与这 {count} 条道路同一索引的 Series",
    "oneway": "{argument}：{given} 不是方向；可用 {allowed}，双向请留空",
    "no_way": "{argument}：从第 {start} 处到第 {end} 处无路可走",
    "budget": "{argument}：{given:g} 米不足一条街道的 {longest:,.0f} 米；请加大",
    "several_speeds": "{argument}：{given!r} 在此有多种速度或单行道；请不用预先准备的路径",
    "no_fast_travel": "{argument}：未安装附加组件 `fast-travel`；请安装，或不用预先准备的路径",
}
