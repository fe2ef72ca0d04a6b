"""Words of registers of issues."""

WORDS = {
    "issue_words": "{field} 的用词不能另行对应；可以的有 {allowed}",
    "issue_word": "{value} 不是可用的 {field}；可选：{allowed}",
    "issue_future": "{value} 晚于当前时间 {now}；尚未发生的事不能登记",
    "issue_closed_early": "{value} 早于登记时间",
    "issue_no_result": "已办结的须有办理结果；请填写 {column}，或说明空白表示什么",
    "issue_holder": "{value} 在名册中查无此人或有多人；请填写工号",
    "issue_unknown": "{value} 不是本系统的诉求；新登记的请将 {column} 留空",
    "issue_edited": "{value}：诉求不能在表格中修改；请办理：gridmap issues {step} {number}",
    "issue_fixed": "{value}：登记后不再改变；如有误请加注：gridmap issues note",
}
