"""Words of visits."""

WORDS = {
    "visit_id": "{value} 不是 UUID；请用小写，如 0f8fad5b-d9cb-469f-a165-70867728950e",
    "visit_itself": "走访不能更正自身；请给更正一个新的编号",
    "visit_naive": "时间没有时区；请写成 2015-12-31T18:30+08:00",
    "visit_future": "该时间晚于 {now}：走访发生之后才能登记",
    "visit_nobody": "{value} 不在人员名册中",
    "visit_companions": "随行人员重复，或与走访人相同；每人只写一次",
    "visit_word": "{value} 不是可用的值；可用：{allowed}",
    "visit_place": "走访须指明对象（数据类别和编号）或网格，二者取一",
    "visit_answer": "{value} 不是表单项目；请写成 任务/项目",
    "outcome.met": "见到",
    "outcome.absent": "无人",
    "outcome.refused": "婉拒",
    "outcome.locked": "锁门空置",
    "outcome.moved": "已搬离",
    "outcome.not_eligible": "不在范围",
    "mode.home": "入户",
    "mode.appointment": "约访",
    "mode.phone": "电话",
    "mode.meeting": "座谈",
    "mode.inspection": "检查",
}
