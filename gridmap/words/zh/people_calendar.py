"""Words about the working calendar and the clocks of deadlines."""

WORDS = {
    "calendar_year": "{year} 年给了 {days} 项；该年共有 {allowed} 天",
    "calendar_empty": "没有年份：请至少给出一年的工作日",
    "calendar_hours": "办公时间 {hours}：各时段应前后相接不重叠，最后一段须在首段再次开始之前结束",
    "calendar_days": "{argument}：请给出当地日期，如 2015-10-01",
    "calendar_missing": "工作日历没有 {year} 年的数据（现有 {known}）；请导入当年的放假通知：gridmap calendar import FILE",
    "clock_unknown": "没有 {clock} 这种计时方式；请用其中之一：{allowed}",
    "clock_length": "{clock} 的时长不可用；请给正数，按天计的须为整数",
    "clock_naive": "{argument}：请给出带时差的时刻",
    "clock_resumed": "{argument}：先暂缓，后恢复，恢复不能早于暂缓",
    "clock.urgent_hours": "紧急工作时",
    "clock.work_hours": "工作时",
    "clock.work_days": "工作日",
    "clock.natural_days": "自然日",
}
