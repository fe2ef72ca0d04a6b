"""Words of what the office shows on its own page."""

WORDS = {
    "no_view": "没有名为 {view} 的地图；请用 {allowed} 之一",
}
