"""Words of maps of issues."""

WORDS = {
    "page.issues": "诉求",
    "issues_in": "诉求：{state}",
    "issues_legend": "未办结诉求：{count}",
    "issues_title": "未办结诉求 {count} 件；其中逾期 {overdue}；有诉求的小网格 {cells}",
    "issues_title_none": "没有未办结的诉求",
    "issues_nowhere": "其中不在图上任何网格内：{count}",
    "issue_number": "编号",
    "issue_category": "类别",
    "issue_due": "期限",
    "issue_time_left": "剩余时间",
    "time_left_overdue": "逾期",
    "time_left_soon": "一周内到期",
    "time_left_later": "一周后到期",
    "time_left_none": "暂缓或无期限",
}
