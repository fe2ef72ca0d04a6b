"""Words about accounts and passwords."""

WORDS = {
    "not_everywhere": "角色 {role} 可以执行 {act}，但须不限网格范围；请联系整个办事处的管理员",
    "password_length": "密码：须为 {shortest} 至 {longest} 个字符，可用一句话",
    "password_plain": "密码：重复字符过多，至少用 {fewest} 个不同字符",
    "password_name": "密码：不得包含账号名",
    "password_characters": "密码：含有控制字符，请重新输入",
}
