"""How a year's notice of holidays writes things: spellings that its reader recognises, never shown to anybody."""

from __future__ import annotations

HEADERS = {
    "day": tuple("日期 day date 日 公历日期 节日日期".split()),
    "working": tuple("是否上班 working workday is_workday works 上班 工作日 是否工作日 安排 类型".split()),
}
# A day of the notice: worked (补班, 调休上班) or not (放假). Answers of yes and no are taken too.
WORKING = tuple("上班 working 是 班 工作日 补班 调休上班 workday work".split())
OFF = tuple("放假 off 否 休 休息 假 节假日 休息日 公休 调休放假 holiday rest".split())
