"""Words of the gaps: kinds, and the reason of each."""

WORDS = {
    "duplicate_kind": "漏项种类 {kind}：重复声明；每种一个文件、一个名称",
    "unknown_kind": "漏项种类 {kind} 不存在；可用：{allowed}",
}
