"""Homes and premises of those who need the office's special care; sensitive as a whole.

Its places, counts, gaps and stops exist only for those responsible and for named roles. It keeps no health data: no
illness, no disability, no degree of need.
"""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="care_places",
    zh="特殊困难群体",
    en="care places",
    geometry="point",
    key="care_no",
    fields=(
        Field(
            "care_no",
            "关爱编号",
            "care number",
            mark="public",
            required=True,
            aliases=("编号", "关爱对象编号", "档案编号"),
        ),
        Field(
            "kind",
            "关爱类别",
            "kind of care",
            type="choice",
            mark="sensitive",
            aliases=("类别", "类型", "对象类别", "群体类别"),
            choices=(
                Choice("elder_alone", "独居老人", "elder living alone", ("孤寡老人", "空巢老人", "独居长者")),
                Choice("low_income", "低保家庭", "low-income family", ("低保户", "低收入家庭", "困难家庭")),
                Choice("child", "困境儿童", "child in need", ("留守儿童", "困境未成年人")),
                Choice("elder_home", "养老机构", "home for the elderly", ("养老院", "日间照料中心", "长者服务中心")),
                Choice("day_care", "托幼机构", "day care", ("托儿所", "托育机构")),
                Choice("other", "其他", "other", ("其它",)),
            ),
        ),
        Field("name", "姓名", "name", mark="personal", aliases=("名称", "对象姓名", "户主", "机构名称", "SITE_NAME")),
        Field(
            "phone",
            "联系电话",
            "telephone",
            mark="personal",
            aliases=("电话", "手机号码", "联系方式", "本人电话"),
        ),
        Field("relative", "紧急联系人", "emergency contact", mark="personal", aliases=("亲属", "联系人", "监护人")),
        Field(
            "relative_phone",
            "紧急联系人电话",
            "emergency telephone",
            mark="personal",
            aliases=("亲属电话", "联系人电话", "监护人电话", "紧急联系电话"),
        ),
        Field(
            "address",
            "地址",
            "address",
            mark="personal",
            aliases=("住址", "现住址", "居住地址", "家庭住址", "机构地址", "详细地址"),
        ),
        Field(
            "people",
            "人数",
            "people",
            type="integer",
            mark="sensitive",
            unit="people",
            low=0,
            high=2000,
            aliases=("家庭人数", "同住人数", "在住人数"),
        ),
    ),
    style=Style("#A04C6A", "cross"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty", "out_of_reach"),
    aliases=("关爱对象", "困难群体"),
    sensitive=True,
)
