"""Words of the errands about visits."""

WORDS = {
    "visits_differ": "有 {count} 条走访已按另外的内容登记（{visits}）：请新增一条走访并注明更正哪一条",
    "visit_unknown": "没有走访 {value}；请注明要更正的记录",
    "visit_replaced": "走访 {value} 已被更正；请更正替代它的那一条",
    "visit_no_issue": "走访时没有已办结的诉求 {value}；请填诉求编号或 UUID",
    "visit_not_own": "领导和工作人员只能登记、更正本人参加的走访；请找文员代办",
    "visit_no_field": "{value} 不是 {on} 有效表单中的项目；可用：{allowed}",
    "visit_no_answer": "{name}：不是表单中的答案；可用：{allowed}",
    "not_revealed_visit": "{fields}：不是走访中可查看的项目；可用：{allowed}",
    "visit_differs": "走访 {value} 已按另外的内容登记；请录入更正并注明该编号",
    "visit_who": "{said}：名册中没有或不止一人（{found}）；请填工号",
    "sheet_empty": "网格 {cell}：{on} 没有可走访的 {layers}",
    "visits_sort": "{argument}：走访只能按以下各列之一排序：{allowed}",
}
