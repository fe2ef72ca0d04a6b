"""Words of the store about issues that a file brought."""

WORDS = {
    "undo_issues": "导入批次 {batch}：带入 {issues} 件诉求，台账不可改写；有误的请作不予受理",
}
