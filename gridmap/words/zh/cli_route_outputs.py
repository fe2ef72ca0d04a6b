"""Words of the command that puts out routes."""

WORDS = {
    "help.route_out": "导出计划的路线：纸质走访单、地图页面、图片、工作簿、GPX、GeoJSON（多人共用的图表不显示住户）",
    "route.of_plan": "计划编号。",
    "route.of_cadres": "要导出其路线的工作人员编号，可重复；默认为计划中的全部人员。",
    "route.of_day": "日期，计划有多天时用（默认全部）。",
    "route.sheet": "一名工作人员今晚走访单的 HTML 文件，用 A4 打印。",
    "route.map": "地图页面的 HTML 文件，无需网络。",
    "route.picture": "图片文件（PNG 或 SVG）。",
    "route.xlsx": "站点工作簿。",
    "route.gpx": "供手机使用的 GPX 文件：一名工作人员的路线及站号。",
    "route.geojson": "路线和站点的 GeoJSON 文件。",
    "route.no_output": "请说明要导出什么",
    "route.drawing": "正在绘制",
    "route.out": "{path}：{routes} 条路线，{stops} 站，未排入 {left} 站",
    "route.sheet_made": "走访单 {number}：请用 `gridmap visits quick {number}` 录入。",
}
