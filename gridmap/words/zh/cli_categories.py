"""Words of the terminal about categories and service items."""

WORDS = {
    "help.categories": "诉求类别：list、defaults、import、export、template",
    "help.categories_list": "列出某日可用的类别",
    "help.categories_import": "从表格导入类别；必填项为空或缺列时保留原值",
    "help.categories_export": "将类别导出为表格，编辑后可再导入",
    "help.categories_template": "将数字化城市管理的部件与事件分类写成类别表，编辑后再导入",
    "help.categories_defaults": "采用产品自带的类别",
    "help.services": "服务窗口事项：list、import、export；不计入诉求",
    "help.services_list": "列出某日的服务窗口事项",
    "help.services_import": "从表格导入服务窗口事项：编号、名称、办理部门",
    "help.services_export": "将服务窗口事项导出为表格",
    "categories.file": "表格或 csv 文件。",
    "categories.complete": "文件中没有的现行项目予以终止。",
    "categories.count.added": "新增",
    "categories.count.changed": "变更",
    "categories.count.unchanged": "未变",
    "categories.count.ended": "终止",
    "categories.count.rejected": "退回",
    "categories.kept": "已保存。",
    "categories.template": "{count} 个分类：{path}。请填写责任部门与时限，然后运行：gridmap categories import",
}
