"""What is said in the year of the made-up Dapeng."""

WORDS = {
    "caller": "虚构来电人{number}",
    "told": "虚构：{what}",
    "told_lamps": "四和的路灯不亮",
    "reply": "已答复办理结果",
    "reply_lamps": "路灯已修复亮灯",
    "note_reject": "不属本办受理",
    "note_return": "应由其他部门办理",
    "note_defer": "等待材料",
    "note_rework": "尚未办妥",
    "note_reopen": "回访时不满意",
    "programme": "下沙专项",
    "programme_note": "虚构示例。其诉求计入走访收集的诉求，这一点为假设。",
}
