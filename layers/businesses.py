"""Shops and one-person businesses, the three kinds of small premises (三小场所) among them."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="businesses",
    zh="个体工商户",
    en="businesses",
    geometry="point",
    key="business_no",
    fields=(
        Field(
            "business_no",
            "商户编号",
            "business number",
            mark="public",
            required=True,
            aliases=("编号", "店铺编号", "商铺编号", "场所编号", "商户号"),
        ),
        Field(
            "name",
            "名称",
            "business name",
            mark="public",
            required=True,
            aliases=("商户名称", "店名", "店铺名称", "商铺名称", "字号", "字号名称", "招牌名称", "场所名称"),
        ),
        Field(
            "kind",
            "场所类别",
            "kind of premises",
            type="choice",
            aliases=("类别", "类型", "场所类型", "三小类别", "三小场所类别"),
            choices=(
                Choice("shop", "商铺", "shop", ("店铺", "门店", "普通商铺")),
                Choice("small_stall", "小档口", "small stall", ("档口", "三小场所-小档口")),
                Choice("small_workshop", "小作坊", "small workshop", ("作坊", "三小场所-小作坊")),
                Choice("small_entertainment", "小娱乐场所", "small entertainment", ("小娱乐", "三小场所-小娱乐场所")),
                Choice("other", "其他", "other", ("其它",)),
            ),
        ),
        Field(
            "trade", "行业", "trade", mark="public", aliases=("经营范围", "经营项目", "主营业务", "行业类别", "业态")
        ),
        Field(
            "licence",
            "统一社会信用代码",
            "licence number",
            mark="public",
            aliases=("信用代码", "营业执照号", "执照号", "注册号", "营业执照编号"),
        ),
        Field(
            "licensed",
            "证照齐全",
            "licensed",
            type="boolean",
            aliases=("是否证照齐全", "有无执照", "有证", "有无证照"),
        ),
        Field("owner", "经营者", "owner", mark="personal", aliases=("经营者姓名", "负责人", "店主", "业主", "法人")),
        Field(
            "phone",
            "联系电话",
            "telephone",
            mark="personal",
            aliases=("电话", "手机", "手机号码", "联系方式", "负责人电话"),
        ),
        Field(
            "address",
            "地址",
            "address",
            mark="public",
            aliases=("经营地址", "经营场所", "店铺地址", "门牌地址", "详细地址", "Location"),
        ),
        Field(
            "staff",
            "从业人数",
            "staff",
            type="integer",
            unit="people",
            low=0,
            high=10000,
            aliases=("员工人数", "从业人员", "从业人员数", "人数"),
        ),
        Field(
            "area", "面积", "floor area", type="number", unit="m2", low=0, aliases=("经营面积", "场所面积", "建筑面积")
        ),
        Field("opened_on", "开业日期", "opened on", type="day", aliases=("成立日期", "开业时间", "注册日期")),
    ),
    style=Style("#2E7D6B", "square"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty"),
    aliases=("商户", "商铺", "三小场所"),
)
