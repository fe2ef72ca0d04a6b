"""Headers of the columns of visits."""

WORDS = {
    "visit": "走访编号",
    "at": "走访时间",
    "recorded_at": "登记时间",
    "lead": "走访人工号",
    "lead_name": "走访人",
    "companions": "随行人员",
    "layer": "数据类别",
    "mode": "走访方式",
    "outcome": "走访结果",
    "corrects": "更正走访编号",
    "looks_back": "回访诉求",
    "sheet": "走访单号",
    "answering": "当日责任人",
    "elsewhere": "非责任人走访",
    "late": "补录",
    "note": "走访备注",
    "answers": "表单答案",
}
