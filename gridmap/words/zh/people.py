"""Words about people and rights."""

WORDS = {
    "refused": "角色 {role} 无权执行 {act}；请联系管理员",
    "missing_columns": "{argument}：缺少列 {missing}",
    "not_unique": "编号缺失或重复；每行须有自己的编号",
    "not_allowed": "名册中没有这个说法；可用 {allowed}",
    "days": "缺少起始日期，或截止早于起始",
    "empty_scope": "本账号在 {on} 没有任何网格；请另选日期，或联系管理员扩大范围",
    "out_of_scope": "角色 {role} 可以执行 {act}，但不能在网格 {cell} 内；请联系管理员扩大范围",
    "chain_head": "{cadre} 自 {since} 起任 {cell} 网格长",
    "chain_chief": "{cell} 由部门负责，部门负责人 {cadre} 自 {since} 起负责",
    "chain_stand_in": "{cell} 网格长 {absent} 不在岗，由 {cadre} 自 {since} 起代岗（B角）",
    "chain_away": "{cell} 网格长 {absent} 不在岗，且无人代岗",
    "chain_nobody": "{cell} 没有网格长",
    "chain_team": "办事处以上的统筹小组",
    "hint_no_head": "网格 {cell}：没有网格长；请在名册中指定",
    "hint_two_heads": "网格 {cell}：同时有 {measure:g} 名网格长，由编号最小者负责；请终止其他人的任期",
    "hint_break_between_terms": "网格 {cell}：{valid_from} 至 {valid_to} 共 {measure:g} 天无网格长；请补上缺的任期",
    "hint_absent_without_stand_in": "网格 {cell}：网格长 {cadre} 自 {valid_from} 起不在岗，无人代岗；请指定B角",
    "hint_unknown_cell": "网格 {cell}：{cadre} 在此任职，但从无此网格；请改正编码",
    "hint_ended_cell": "网格 {cell}：{cadre} 在此任职，但现行网格版本已无此网格；请调整",
    "hint_cadre_without_cell": "工作人员 {cadre}：本人及所在部门均无网格；请安排或保持现状",
}
