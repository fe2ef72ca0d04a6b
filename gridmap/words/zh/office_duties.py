"""Words about the errands of duties."""

WORDS = {
    "unknown_duty": "{on} 没有生效的任务规则 {duty}，可用：{allowed}",
    "no_subject": "{duty} 没有对象 {subject}，请见 `gridmap duties --duty {duty}`",
    "exempt_reason": "请说明理由",
    "exempt_days": "免除将于 {end} 结束，早于开始日 {begin}，请给出更晚的日期",
    "duty_file": "{file} 不是 TOML 文件：{why}",
    "duty_file_size": "{file} 超过 {most} 字节，一条规则只需一页",
    "no_duty_file": "没有文件 {file}",
}
