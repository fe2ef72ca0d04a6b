"""Street lamps, one row a pole, with the status found at the last survey."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="streetlights",
    zh="路灯",
    en="streetlights",
    geometry="point",
    key="pole",
    fields=(
        Field(
            "pole",
            "灯杆编号",
            "pole number",
            mark="public",
            required=True,
            aliases=("编号", "杆号", "灯杆号", "路灯编号", "路灯杆号", "PoleID", "pole id"),
        ),
        Field(
            "status",
            "状态",
            "status",
            type="choice",
            aliases=("亮灯情况", "路灯状态", "亮灯状态", "完好情况", "是否亮灯"),
            choices=(
                Choice(
                    "working",
                    "正常",
                    "working",
                    ("亮", "完好", "已亮", "正常亮灯", "是"),
                    fill="#F5E6A3",
                    rim="#8A8F93",
                ),
                Choice(
                    "dark", "不亮", "dark", ("灭", "故障", "损坏", "坏", "未亮", "否"), fill="#000000", rim="#E69F00"
                ),
                Choice("unknown", "不明", "unknown", ("未知", "未查", "未核实")),
            ),
        ),
        Field(
            "lamp",
            "灯具类型",
            "lamp type",
            mark="public",
            aliases=("灯型", "光源类型", "光源", "灯具", "FixtureType", "fixture type"),
        ),
        Field("led", "LED", "is LED", type="boolean", aliases=("是否LED", "LED灯", "LED光源", "LEDchk")),
        Field(
            "heads",
            "灯头数",
            "lamp heads",
            type="integer",
            low=0,
            high=24,
            aliases=("灯头数量", "灯具数量", "灯数", "盏数", "NumLamps"),
        ),
        Field(
            "power",
            "功率",
            "power",
            type="number",
            unit="W",
            low=0,
            high=5000,
            aliases=("灯具功率", "单灯功率", "瓦数"),
        ),
        Field(
            "owner",
            "权属单位",
            "owning body",
            mark="public",
            aliases=("产权单位", "管养单位", "管理单位", "维护单位", "Owner"),
        ),
        Field(
            "street",
            "所在道路",
            "street",
            mark="public",
            aliases=("道路名称", "路名", "道路", "路段", "StreetName", "street name"),
        ),
        Field("installed_on", "安装日期", "installed on", type="day", aliases=("建设日期", "投用日期", "安装时间")),
    ),
    style=Style("#F5E6A3", "circle", by="status"),
    gap_kinds=("unlinked_feature", "dark_road"),
    aliases=("照明", "灯杆"),
)
