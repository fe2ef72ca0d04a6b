"""Words about people and rights."""

WORDS = {
    "refused": "角色 {role} 无权执行 {act}；请联系管理员",
}
