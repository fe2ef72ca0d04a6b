"""Words of plans as kept."""

WORDS = {
    "unknown_plan": "计划 {plan}：没有这个计划",
}
