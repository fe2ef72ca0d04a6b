"""Registered households: who lives behind which door, as the office's own household register keeps it."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="households",
    zh="户籍家庭",
    en="households",
    geometry="point",
    key="household_no",
    fields=(
        Field(
            "household_no",
            "户编号",
            "household number",
            mark="public",
            required=True,
            aliases=("编号", "家庭编号", "门户编号", "住户编号"),
        ),
        Field("head", "户主", "head of household", mark="personal", aliases=("户主姓名", "姓名", "户主名称")),
        Field(
            "phone",
            "联系电话",
            "telephone",
            mark="personal",
            aliases=("电话", "手机", "手机号", "手机号码", "联系方式", "户主电话", "phone number"),
        ),
        # The door is found by it, so it names the household: personal here, public for shops.
        Field(
            "address",
            "地址",
            "home address",
            mark="personal",
            aliases=("住址", "现住址", "居住地址", "家庭住址", "门牌地址", "详细地址", "Location"),
        ),
        Field(
            "people",
            "人数",
            "people",
            type="integer",
            unit="people",
            low=0,
            high=60,
            aliases=("户籍人数", "家庭人数", "家庭人口", "人口数", "户内人数"),
        ),
        # Tells an empty home, as a visit's outcome does.
        Field(
            "away",
            "人户分离",
            "lives elsewhere",
            type="boolean",
            mark="personal",
            aliases=("是否人户分离", "人户分离情况", "人在户不在"),
        ),
        Field(
            "eligible",
            "应走访",
            "to be visited",
            type="boolean",
            aliases=("是否应走访", "纳入走访", "在走访范围", "走访对象"),
        ),
        # When somebody wishes to be visited tells when somebody is at home.
        Field(
            "wish",
            "走访时间意愿",
            "wished time of visits",
            type="choice",
            mark="personal",
            aliases=("走访时间", "方便时间", "预约时间"),
            choices=(
                Choice("any", "不限", "any", ("都可以", "随时")),
                Choice("evening", "晚上", "evening", ("晚间", "夜间")),
                Choice("daytime", "白天", "daytime", ("日间", "不要晚上", "晚上不便")),
            ),
        ),
        Field(
            "registered_on",
            "登记日期",
            "registered on",
            type="day",
            aliases=("登记时间", "入户登记日期", "建档日期"),
        ),
    ),
    style=Style("#4E6E8E", "pentagon"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty", "out_of_reach"),
    aliases=("户籍户", "住户", "家庭"),
)
