"""Words of maps of routes."""

WORDS = {
    "page.cell": "网格",
    "page.routes": "走访路线",
    "page.left_out": "未排入",
    "page.no_place": "无位置",
    "page.none_left": "全部排入",
    "page.part": "住户及其他受保护地点的走访和通往那里的路不在图上。",
    "page.priority": "优先级",
    "page.route_line": "{n} 站 · {metres} 公里 · {from} 至 {to}",
    "page.start": "出发点：",
    "page.times": "{from} 至 {to}",
    "page.with": "{who}、{name}",
    "routes_title": "{office}：{routes} 条路线，{stops} 站，未排入 {left} 站",
    "routes_title_one": "{office}：{who}，{stops} 站，{kilometres} 公里",
    "routes_title_part": "{office}：{routes} 条路线的 {stops} 站，住户不在图上",
    "routes_legend": "走访路线：{count}",
    "routes_line": "{who}：{stops} 站，{kilometres} 公里，{begin} 至 {back}",
    "routes_start": "出发点",
    "routes_left": "{letter}  {why}：{count}",
    "routes_nowhere": "未排入且没有位置：{count}",
    "routes_part": "住户及受保护地点的走访不在图上",
}
