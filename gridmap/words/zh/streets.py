"""Words of the streets: lighting."""

WORDS = {
    "radius": "{argument}：{given} 不是距离（涉及 {count} 条道路）；请给出大于 0 的米数，统一一个值，或用 Series 逐条道路给出",
    "shortest": "{argument}：{given} 不是长度（涉及 {count} 条道路）；请给出不小于 0 的米数，统一一个值，或用 Series 逐条道路给出",
    "working": "{argument}：请为 {count} 盏路灯逐一给出真值（是否亮灯）",
    "unknown_lamp": "路灯 {lamp} 不在所给的路灯之中",
}
