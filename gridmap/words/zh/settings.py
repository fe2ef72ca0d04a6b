"""Words of the settings."""

WORDS = {
    "unreadable": "{file}：不是有效的 TOML（{problem}）；请改正，或删除以恢复默认值",
    "faults": "{file}：{faults}",
}
