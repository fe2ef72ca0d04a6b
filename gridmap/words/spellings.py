"""How registers write things: spellings that readers recognise, never shown to anybody.

Compared after NFKC, case folding and removal of white space, so full-width and upper-case forms need no entry.
"""

from __future__ import annotations

TRUE = frozenset("√ ✓ ✔ ☑ 是 有 对 y yes t true 1".split())
FALSE = frozenset("× ✗ ✘ ☐ 否 无 没有 错 n no f false x 0".split())

# What may stand after year, month and day.
DAY_SIGNS = ("年", "月", "日号")
# What may stand after hour, minute and second.
TIME_SIGNS = ("时点", "分", "秒")

# A row whose first cell is one of these sums the rows above it.
TOTALS = frozenset("合计 小计 总计 共计 累计 合計 小計 總計 total subtotal sum grandtotal".split())

# A row whose first cell is one of these and a colon signs or explains the sheet.
NOTES = tuple(
    "填表人 填报人 制表人 制表 审核人 审核 填表单位 填报单位 填表日期 填报日期 填表说明 说明 备注 注 note notes".split()
)

# Headers of the columns that any register may have beside its layer's own fields (gridmap.layer.RESERVED).
HEADERS = {
    "cell": tuple("cell cell_code 网格编码 网格编号 网格代码 所属网格 所在网格 小网格 小网格编码".split()),
    "cell_reason": tuple("cell_reason 指定网格原因 网格调整原因".split()),
    "lon": tuple("lon lng long longitude x 经度 东经 x坐标 横坐标".split()),
    "lat": tuple("lat latitude y 纬度 北纬 y坐标 纵坐标".split()),
    "wkt": tuple("wkt geometry_wkt geom_wkt 几何图形".split()),
    "place_key": tuple("place_key 位置编码 地点编码".split()),
}

# Columns of a file of cells, and how it names the levels.
CELL_HEADERS = {
    "code": tuple("code cell cell_code 网格编码 网格编号 网格代码 编码 代码".split()),
    "name": tuple("name cell_name 网格名称 名称".split()),
    "level": tuple("level cell_level 网格层级 网格级别 层级 级别".split()),
    "parent": tuple("parent parent_code 上级网格 上级网格编码 上级编码 父级编码".split()),
}
LEVELS = {
    "big": tuple("big 大 大网格 一级 一级网格 1".split()),
    "middle": tuple("middle 中 中网格 二级 二级网格 2".split()),
    "small": tuple("small 小 小网格 三级 三级网格 3".split()),
}

# Headers of a roster's sheets: posts, absences (请假), stand-ins (代岗).
ROSTER_HEADERS = {
    "number": tuple("工号 number cadre cadre_number 编号 人员编号 职工号 请假人工号".split()),
    "name": tuple("姓名 name 人员姓名 走访人 责任人 网格员 请假人 被代岗人 absent".split()),
    "tier": tuple("层级 tier 人员层级 职级".split()),
    "unit": tuple("所在部门 unit 部门 所属部门 单位 所在单位 科室".split()),
    "phone": tuple("联系电话 phone telephone 电话 手机 手机号 手机号码 联系方式".split()),
    "cells": tuple("责任网格 cells cell 网格 网格编码 网格编号 负责网格 所属网格 所在网格 小网格 代岗网格".split()),
    "part": tuple("网格角色 part 角色 身份 网格职责".split()),
    "kind": tuple("挂点类型 kind 包点类型 责任类型 类型 包点挂点".split()),
    "chief": tuple("负责人 chief 是否负责人 部门负责人".split()),
    "stand_in": tuple("代岗人 stand_in stand-in b角 代岗人员 顶岗人".split()),
    "begin": tuple("起 from valid_from 起始日期 开始日期 开始日 起始日 任职日期 自".split()),
    "end": tuple("止 to until valid_to 截止日期 结束日期 结束日 终止日 离任日期 至".split()),
}
TIERS = {
    "principal": tuple("主要领导 principal 主要负责同志".split()),
    "leadership": tuple("班子成员 leadership 领导班子 领导班子成员".split()),
    "section": tuple("科级干部 section 科级 中层干部".split()),
    "community": tuple("社区干部 community 社区工作者 社区".split()),
    "grid_worker": tuple("网格员 grid_worker 专职网格员".split()),
    "team": tuple("挂点团队 team 挂点单位".split()),
}
PARTS = {"head": tuple("网格长 head 长".split()), "member": tuple("成员 member 组员 网格成员".split())}
POST_KINDS = {"charge": tuple("包点 charge 包干".split()), "sponsor": tuple("挂点 sponsor 联系点".split())}
# What stands between the cells of one post.
BETWEEN_CELLS = "[、\uff0c,\uff1b;/\n\r]+"

# Headers of a register of issues.
ISSUE_HEADERS = {
    "issue": tuple("系统编号 issue issue_id".split()),
    "state": tuple("状态 state status 办理状态".split()),
    "number": tuple("编号 number ticket 工单号 工单编号 受理编号 事项编号 case_id".split()),
    "category": tuple("类别 category 问题类别 诉求类别 事项类别".split()),
    "source": tuple("来源 source 诉求来源 问题来源 受理渠道".split()),
    "unit": tuple("责任单位 unit 责任部门 承办单位 承办部门 办理单位".split()),
    "holder": tuple("责任人 holder 承办人 办理人 责任人工号".split()),
    "reported": tuple("登记时间 reported opened 受理时间 提出时间 反映时间 登记日期".split()),
    "due": tuple("办理期限 due deadline 截止时间 限办时间 到期时间".split()),
    "closed": tuple("办结时间 closed 结案时间 完成时间 办结日期".split()),
    "result": tuple("办理结果 result outcome 结果 处理结果".split()),
    "of": tuple("重复编号 of duplicate_of 重复工单号".split()),
    "text": tuple("内容 text description 诉求内容 问题描述 具体事项".split()),
    "reporter": tuple("诉求人 reporter 反映人 来电人 来访人".split()),
    "phone": tuple("联系电话 phone telephone 电话 联系方式 手机号码".split()),
}
SOURCES = {
    "visit": tuple("走访 visit 入户走访".split()),
    "call_in": tuple("来访 call_in 窗口".split()),
    "phone": tuple("来电 phone 电话 热线".split()),
    "one_key": tuple("一键通 one_key 一键呼叫".split()),
    "superior": tuple("上级转办 superior 上级交办 转办".split()),
    "leader": tuple("领导交办 leader".split()),
    "informant": tuple("信息员 informant".split()),
    "own_check": tuple("自查 own_check 巡查 自行发现".split()),
}
# How an issue ended: with a result, or as none.
ENDINGS = {
    "solved": tuple("已解决 solved resolved 解决 已完成 已处理".split()),
    "explained": tuple("已解释 explained noted 解释 已答复".split()),
    "referred": tuple("已转报 referred 转报 已转办".split()),
    "duplicate": tuple("重复 duplicate 重复件 重复诉求".split()),
    "rejected": tuple("不予受理 rejected invalid 无效 退件".split()),
}

# Headers of a sheet of visits. Of a header that two things share, the first thing has it.
VISIT_HEADERS = {
    "id": tuple("走访编号 visit uuid visit_id 记录编号".split()),
    "at": ("走访时间", "at", "visited at", "走访日期时间"),
    "day": tuple("走访日期 day date 日期 入户日期".split()),
    "time": tuple("时间 time 走访时刻 时刻 到访时间".split()),
    "lead": ("走访人工号", "lead", "工号", "visitor", "visitor number"),
    "lead_name": ("走访人", "lead_name", "走访人姓名", "visitor's name", "走访干部", "责任人"),
    "companions": tuple("随行人员 companions 同行人员 陪同人员 同行".split()),
    "layer": tuple("数据类别 layer 类别 对象类别".split()),
    "key": ("对象编号", "key", "主键", "编号", "走访对象编号"),
    "outcome": tuple("走访结果 outcome 结果 走访情况 入户情况".split()),
    "mode": tuple("走访方式 mode 方式".split()),
    "note": tuple("走访备注 note 备注 说明 走访记录".split()),
    "corrects": ("更正走访编号", "corrects", "corrects visit", "更正"),
    "looks_back": ("回访诉求", "looks_back", "looks back on issue"),
    "sheet_no": tuple("走访单号 sheet 走访单".split()),
}
# The last word of each is the key for quick entry.
OUTCOMES = {
    "met": tuple("见到 met done 已见到 已走访 在家 完成 见 m".split()),
    "absent": tuple("无人 absent 无人在家 不在家 无 a".split()),
    "refused": tuple("婉拒 refused 拒绝 拒访 拒 r".split()),
    "locked": ("锁门空置", "locked", "locked, empty", "锁门", "空置", "空户", "锁", "l"),
    "moved": ("已搬离", "moved", "moved away", "搬离", "搬走", "搬", "v"),
    "not_eligible": ("不在范围", "not_eligible", "not eligible", "不属走访范围", "不", "n"),
}
# Takes the last line of a quick entry back.
UNDO = ("undo", "撤销")
MODES = {
    "home": ("入户", "home", "at home", "上门"),
    "appointment": ("约访", "appointment", "by appointment", "预约"),
    "phone": ("电话", "phone", "by telephone", "电话走访"),
    "meeting": tuple("座谈 meeting 座谈会".split()),
    "inspection": tuple("检查 inspection 巡查 安全检查".split()),
}
# What stands between the people of one visit.
BETWEEN_PEOPLE = "[、\uff0c,\uff1b;/\n\r]+"
