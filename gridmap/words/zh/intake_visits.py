"""Words of sheets of visits."""

WORDS = {
    "visit_nobody": "{value} 不在人员名册中（按工号或姓名）",
}
