"""What `gridmap work` says."""

WORDS = {
    "help.work": "执行经 HTTP 提出的作业，直到停止。",
    "work.once": "执行正在等待的作业后结束",
    "work.begun": "作业将随到随办；按 Ctrl+C 停止。",
    "work.did": "{job}（{kind}）：{state} {why}",
    "work.none": "没有等待的作业。",
    "work.queued": "等待中",
    "work.running": "执行中",
    "work.done": "已完成",
    "work.failed": "失败",
    "work.cancelled": "已取消",
}
