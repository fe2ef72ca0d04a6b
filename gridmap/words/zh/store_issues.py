"""Words of the store about issues."""

WORDS = {
    "unknown_issue": "诉求 {issue}：没有这个编号。请查看：gridmap issues list",
    "programme_exists": "专项 {programme}：已有同名专项。请换一个名称，或把诉求加入其中",
    "unknown_programme": "专项 {programme}：没有这个名称。请查看：gridmap programmes list",
    "issues_stand_on": "导入 {batch}：有 {issues} 条诉求对应仅由该导入保存的对象，不能撤销",
}
