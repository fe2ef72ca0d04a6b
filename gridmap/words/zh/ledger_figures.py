"""Refusals of figures."""

WORDS = {
    "unknown_figure": "没有名为 {figure} 的指标：`gridmap figures --json` 列出全部指标。",
}
