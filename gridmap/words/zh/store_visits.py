"""Words of the store about visits."""

WORDS = {
    "undo_visits": "导入 {batch} 不能撤销：其新增的对象已有 {visits} 条走访、{stops} 个走访单站点",
    "unknown_sheet": "走访单 {sheet}：没有此编号（gridmap visits sheets）",
}
