"""Words of errands on the working calendar."""

WORDS = {
    "calendar_no_table": 'settings.toml 设为 holidays = "table"，但尚未导入工作日表；请运行：gridmap calendar import FILE',
}
