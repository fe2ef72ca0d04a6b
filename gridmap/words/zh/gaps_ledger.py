"""Words of the gaps that the ledger shows."""

WORDS = {
    "unit.visits": "次",
    "unit.days": "天",
    "unvisited": "尚无有效走访：{duties}",
    "unvisited_over": "无有效走访且期限已过：{duties}",
    "duty_overdue": "{duty}，{period}：应 {needed} 次，已 {count} 次；宽限期内可补",
    "duty_missed": "{duty}，{period}：应 {needed} 次，只有 {count} 次",
    "issue_overdue": "诉求 {number} 应于 {due} 办结，已超 {days:,.1f} 天",
}
