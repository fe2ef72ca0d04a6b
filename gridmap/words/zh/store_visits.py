"""Words of the store about visits."""

WORDS = {
    "undo_visits": "导入 {batch} 不能撤销：其新增的对象已有 {visits} 条走访、{stops} 个走访单站点",
}
