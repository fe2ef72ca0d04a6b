"""Words of visiting sheets."""

WORDS = {
    "visit_title": "走访单 {number}　网格 {cell}　{on}",
    "visit_keys": "见 见到 · 无 无人 · 拒 婉拒 · 锁 锁门空置 · 搬 已搬离 · 不 不在范围；录入：gridmap visits quick",
    "visit_stop": "站点",
    "visit_layer": "数据类别",
    "visit_key": "对象编号",
    "visit_name": "名称",
    "visit_address": "地点",
    "visit_outcome": "走访结果",
    "visit_time": "时间",
    "visit_note": "备注",
}
