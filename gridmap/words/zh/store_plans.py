"""Words of plans as kept."""

WORDS = {
    "unknown_plan": "计划 {plan}：没有这个计划",
    "undo_plans": "导入 {batch} 不能撤销：走访路线计划已有站点在其新增的对象上（括号内为站点数）：{plans}",
}
