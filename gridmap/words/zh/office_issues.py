"""Words of the errands about issues."""

WORDS = {
    "unknown_category": "类别 {category}：{on} 没有这个类别，请选用：{allowed}",
    "acts_for_himself": "角色 {role} 只能以本人名义办理：请不要填写他人，并给账号关联工作人员",
    "in_the_future": "时间 {at}：晚于现在（{now}），请填写已发生的事",
    "not_a_uuid": "编号 {value}：不是 UUID，每条诉求请生成一个",
    "unknown_state": "状态 {states}：没有这个状态，请选用：{allowed}",
    "no_such_words": "{fields}：不是诉求的文字内容，请选用：{allowed}",
    "tick_running": "巡检：另一次运行尚未结束，最多几分钟后可再试",
    "programme_name": "名称：为空，请给专项起一个名称",
}
