"""Words of registers of issues that come in."""

WORDS = {
    "no_categories": "尚无可用的诉求类别；请先运行：gridmap categories import",
    "issue_cell": "{value} 不是登记当日网格版本中的网格；请填写网格编码、坐标，或留空",
    "issue_differs": "{value} 已在库中，文件所述某一步与已记录的不一致；已发生的不可改写，请另行办理（gridmap issues）",
    "issue_moved_on": "{value} 已在库中且已在本系统办理；后续步骤请在本系统办理（gridmap issues）",
}
