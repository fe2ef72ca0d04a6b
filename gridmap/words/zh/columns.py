"""Headers of the columns that stand beside a layer's own fields."""

WORDS = {
    "key": "主键",
    "code": "网格编码",
    "level": "网格层级",
    "parent": "上级网格",
    "name": "网格名称",
    "cell": "所属网格",
    "cell_reason": "指定网格原因",
    "linked_cell": "入格网格",
    "link_how": "入格方式",
    "big": "大网格",
    "middle": "中网格",
    "small": "小网格",
    "lon": "经度",
    "lat": "纬度",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "distance_m": "距离（米）",
    "length_m": "长度（米）",
    "nearest": "最近网格",
}
