"""Rented homes: the flats, rooms and dormitories let to people who are registered elsewhere."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="rentals",
    zh="出租屋",
    en="rentals",
    geometry="point",
    key="rental_no",
    fields=(
        Field(
            "rental_no",
            "出租屋编号",
            "rental number",
            mark="public",
            required=True,
            aliases=("编号", "房屋编号", "房屋编码", "出租屋编码", "房屋代码"),
        ),
        Field(
            "kind",
            "出租类别",
            "kind of rental",
            type="choice",
            aliases=("类别", "类型", "出租类型", "出租方式"),
            choices=(
                Choice("building", "整栋", "whole building", ("整栋出租", "独栋")),
                Choice("flat", "套房", "flat", ("整套", "套间", "单元房")),
                Choice("room", "单间", "room", ("单房", "隔间")),
                Choice("dormitory", "集体宿舍", "dormitory", ("宿舍", "员工宿舍")),
            ),
        ),
        # People live here: the address leads to them.
        Field(
            "address", "地址", "address", mark="personal", aliases=("房屋地址", "出租屋地址", "门牌地址", "详细地址")
        ),
        Field("landlord", "业主", "landlord", mark="personal", aliases=("房东", "业主姓名", "房东姓名", "出租人")),
        Field(
            "phone",
            "业主电话",
            "landlord telephone",
            mark="personal",
            aliases=("房东电话", "联系电话", "电话", "手机号码", "联系方式"),
        ),
        Field(
            "rooms", "间数", "rooms", type="integer", low=0, high=2000, aliases=("房间数", "套间数", "出租间数", "房数")
        ),
        Field(
            "tenants",
            "租住人数",
            "tenants",
            type="integer",
            unit="people",
            low=0,
            high=10000,
            aliases=("居住人数", "承租人数", "人数", "租客人数"),
        ),
        Field(
            "area", "面积", "floor area", type="number", unit="m2", low=0, aliases=("出租面积", "建筑面积", "房屋面积")
        ),
        Field(
            "second_exit",
            "第二逃生通道",
            "second exit",
            type="boolean",
            aliases=("逃生通道", "有无逃生通道", "有无第二逃生通道"),
        ),
        Field(
            "let_until", "租期至", "let until", type="day", aliases=("合同到期日", "租赁到期日", "到期日期", "租期截止")
        ),
    ),
    style=Style("#7B6BA8", "triangle"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty"),
    aliases=("租赁房屋", "出租房"),
)
