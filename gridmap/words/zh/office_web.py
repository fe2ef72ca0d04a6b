"""Words of what the office shows on its own page."""

WORDS = {
    "no_view": "没有名为 {view} 的地图；请用 {allowed} 之一",
    "front_gaps": "漏项 {n} 个，涉及 {cells} / {of} 个网格；最多：{most}，{top} 个",
    "front_gaps_one": "{most}：漏项 {n} 个",
    "front_gaps_none": "各网格均无漏项；网格外：{n}",
    "front_coverage": "有本级责任人的网格内对象 {n} / {of}（{share} %）；不足一半的网格：{cells} 个",
    "front_issues": "未办结诉求 {n} 件，其中逾期 {late} 件；最多：{most}，{top} 件",
    "front_issues_one": "{most}：未办结诉求 {n} 件，其中逾期 {late} 件",
    "front_issues_none": "没有未办结的诉求",
    "front_late": "逾期：{n}",
    "front_route": "{who}：{begin} 至 {back}，{kilometres} 公里",
}
