"""Words of what comes out of a plan."""

WORDS = {
    "route_private": "{argument}：路线含敏感对象（{layers}）；要显示须逐类注明，并说明理由",
    "route_one_cadre": "{argument}：{output} 只能是一人一晚的；请指定人员（{allowed}），有多天时并指定日期",
    "route_source": "计划 {plan}，网格版本 {edition}",
    "route_and": "；",
    "route_issue": "诉求",
}
