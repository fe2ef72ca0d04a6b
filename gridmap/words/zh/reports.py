"""Words of reports and workbooks."""

WORDS = {
    "rows": "明细",
    "yes": "是",
    "no": "否",
    "note": "说明",
    "note_day": "数据日期",
    "note_rows": "行数",
    "note_unplaced": "其中无位置",
    "missing_crs": "{argument}：未注明坐标系；请注明（set_crs），系统只询问，绝不猜测",
    "text_too_long": "第 {row} 行，列 {column}：共 {length} 个字符；单元格最多 {allowed} 个字符",
}
