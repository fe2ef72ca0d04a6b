"""Words about faults as such."""

WORDS = {
    "many": "共 {count} 处错误",
    "rest": "另有 {count} 处",
    "row": "第 {row} 行",
}
