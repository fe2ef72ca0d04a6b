"""How workbooks of categories and of the counter's service items head their columns: Chinese, English, others."""

from __future__ import annotations

CATEGORY_HEADERS = {
    "name": tuple("类别代码 name code 代码".split()),
    "zh": tuple("中文名称 zh 类别名称 小类名称 名称".split()),
    "en": tuple("英文名称 en".split()),
    "group": tuple("所属大类 group 大类 大类名称".split()),
    "unit": tuple("责任部门 unit 承办部门 责任单位 主管部门".split()),
    "clock": tuple("计时方式 clock".split()),
    "length": tuple("办理时限 length 时限 处置时限".split()),
    "urgent": tuple("紧急 urgent 一键通 是否紧急".split()),
    "sensitive": tuple("敏感 sensitive 是否敏感".split()),
    "quantity": tuple("成效计量 quantity 成效".split()),
}
SERVICE_HEADERS = {
    "number": tuple("事项编码 number 事项编号 编号 序号".split()),
    "name": tuple("事项名称 name 服务事项 名称".split()),
    "department": tuple("办理部门 department 承办部门 部门 实施部门".split()),
}
