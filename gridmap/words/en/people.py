"""Words about people and rights."""

WORDS = {
    "refused": "the role {role} may not {act}; ask the administrator",
}
