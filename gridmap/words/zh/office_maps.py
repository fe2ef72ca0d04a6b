"""Words of maps as an office draws them."""

WORDS = {
    "map_duties": "任务已完成",
}
