"""Headers of the columns of routes."""

WORDS = {
    "route_who": "工作人员",
    "route_stop": "站点",
    "route_arrive": "计划到达",
    "route_leave": "计划离开",
    "route_issue": "诉求",
    "route_priority": "优先级",
    "route_why": "原因",
    "route_left_out": "未排入原因",
}
