"""Words of the errands about routes."""

WORDS = {
    "no_roads": "{on} 没有道路：请导入数据类别 `roads`，路线沿道路而行",
    "no_plan": "{on} 没有走访计划；请用 `gridmap route` 编排",
    "no_route": "计划 {plan}：{cadre} 在 {on} 没有路线；有路线的是：{allowed}",
    "days_backwards": "{argument}：{until} 早于 {on}",
    "nobody_repairs": "{argument}：请写明由谁维修（工号）",
    "no_position": "{argument}：{given} 不是路线上的站点；请各写一次，从 1 到 {count}",
    "unknown_tiers": "没有层级 {tiers}；可用 {allowed}",
    "no_street_in": "{on} 没有街道的中点在网格 {cell} 内",
    "cadres_away": "{cadres}：{on} 至 {until} 不在岗，请改选在岗人员",
}
