"""Words of plans as kept."""

WORDS = {
    "unknown_plan": "plan {plan}: there is no such plan",
    "undo_plans": "batch {batch} stays: plans have stops at what it added, so many each: {plans}",
}
