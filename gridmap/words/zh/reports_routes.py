"""Words of evening sheets."""

WORDS = {
    "route_title": "{who}今晚走访单（{on}）",
    "route_pair": "{who}、{companion}",
    "route_line": "{office} · {stops} 站 · 路程 {kilometres} 公里 · {begin} 至 {back} · 计划 {plan}",
    "route_stop": "站",
    "route_time": "计划时间",
    "route_what": "去哪里、为什么",
    "route_outcome": "走访结果",
    "route_issues": "未办结：{issues}",
    "route_by_issue": "这是诉求：办理情况请用 gridmap issues 录入。",
    "route_done": "已走访。",
    "route_left": "未排入：{count}",
    "route_left_why": "{why}：{count}",
    "route_left_first": "其中分值最高的 {count} 处：",
    "route_left_points": "{points} 分",
    "route_enter": "按站号录入：gridmap visits quick {number} --lead {cadre}",
}
