"""Two layers that the tests of intake read: shops with every type of field, and streets."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

SHOPS = Layer(
    name="shops",
    zh="店铺",
    en="shops",
    geometry="point",
    key="code",
    fields=(
        Field("code", "编号", "shop number", required=True),
        Field("name", "店名", "shop name", required=True),
        Field("owner", "经营者", "owner", mark="personal", aliases=("负责人",)),
        Field("staff", "从业人数", "staff", type="integer", low=0, high=500),
        Field("area", "面积", "floor area", type="number", unit="m2", low=0),
        Field("licensed", "证照齐全", "licensed", type="boolean"),
        Field("opened", "开业日期", "opened on", type="day"),
        Field(
            "kind",
            "类别",
            "kind",
            type="choice",
            choices=(Choice("stall", "小档口", "small stall", ("档口",)), Choice("workshop", "小作坊", "workshop")),
        ),
        Field("address", "地址", "address"),
    ),
    style=Style("#2E7D6B", "square"),
)

STREETS = Layer(
    name="streets",
    zh="街道",
    en="streets",
    geometry="line",
    key="code",
    fields=(Field("code", "编号", "number", required=True),),
    style=Style("#888888", "line"),
)

PONDS = Layer(
    name="ponds",
    zh="池塘",
    en="ponds",
    geometry="area",
    key="code",
    fields=(Field("code", "编号", "number", required=True),),
    style=Style("#3366AA", "fill"),
)
