"""Words of plans as kept."""

WORDS = {
    "unknown_plan": "plan {plan}: there is no such plan",
}
