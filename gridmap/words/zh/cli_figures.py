"""Words of `gridmap figures`."""

WORDS = {
    "help.figures": "列出截至某日的各项指标：分子、分母与比率，以及与上周、上年同日相比的变化。"
    "\n\nExample: gridmap figures --on 2015-10-31",
    "figures.by": "按什么分组。",
    "figures.level": "与 --by cell 同用：big、middle 或 small。",
    "figures.since": "各项比率从这一天起到期的诉求算起（默认当年 1 月 1 日）。",
    "figures.follow": "列出这个指标背后的台账记录；单用 `--json` 可列出全部指标。",
    "figures.out": "同时写成 .xlsx 工作簿。",
    "figures.one": "--by 与 --follow 只能用一个",
    "figures.progress": "正在统计",
    "figures.column.section": "范围",
    "figures.column.figure": "指标",
    "figures.column.number": "数量",
    "figures.column.share": "比率",
    "figures.column.week_before": "比上周",
    "figures.column.year_before": "比上年",
    "figures.n_of": "{n} / {of}",
    "figures.none": "无",
    "figures.per_cent": "{share:.1f} %",
    "figures.points": "{change} 个百分点",
    "figures.behind": "{key}：{count} 条记录中计入 {counted}",
    "figures.written": "已写入：{path}",
}
