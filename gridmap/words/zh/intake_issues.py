"""Words of registers of issues."""

WORDS = {
    "issue_words": "{field} 的用词不能另行对应；可以的有 {allowed}",
    "issue_word": "{value} 不是可用的 {field}；可选：{allowed}",
    "issue_future": "{value} 晚于当前时间 {now}；尚未发生的事不能登记",
    "issue_closed_early": "{value} 早于登记时间",
    "issue_no_result": "已办结的须有办理结果；请填写 {column}，或说明空白表示什么",
    "issue_holder": "{value} 在名册中查无此人或有多人；请填写工号",
}
