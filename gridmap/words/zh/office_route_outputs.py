"""Words of what comes out of a plan."""

WORDS = {
    "route_private": "{argument}：路线含敏感对象（{layers}）；要显示须逐类注明，并说明理由",
    "route_one_cadre": "{argument}：{output} 只能是一名工作人员的；请指定：{allowed}",
    "route_source": "计划 {plan}，网格版本 {edition}",
    "route_and": "；",
    "route_issue": "诉求",
}
