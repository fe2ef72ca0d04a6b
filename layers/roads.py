"""Centre lines of roads, with the class that decides how they should be lit."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="roads",
    zh="道路",
    en="roads",
    geometry="line",
    key="road_no",
    fields=(
        Field(
            "road_no",
            "道路编号",
            "road number",
            mark="public",
            required=True,
            aliases=("编号", "路段编号", "道路编码", "路段编码", "road id"),
        ),
        Field(
            "name",
            "路名",
            "road name",
            mark="public",
            aliases=("道路名称", "名称", "路段名称", "Street", "street name"),
        ),
        Field(
            "road_class",
            "道路等级",
            "road class",
            type="choice",
            aliases=("等级", "类别", "道路类别", "道路类型"),
            choices=(
                Choice("motorway", "快速路", "motorway", ("高速路", "高速公路", "城市快速路")),
                Choice("arterial", "主干路", "arterial road", ("主干道", "主干")),
                Choice("collector", "次干路", "collector road", ("次干道", "次干")),
                Choice("local", "支路", "local road", ("支道", "支线")),
                Choice("lane", "街巷", "lane", ("内街", "小巷", "内街小巷", "巷道", "村道")),
                Choice("path", "步道", "footpath", ("人行道", "绿道", "步行街")),
            ),
        ),
        Field(
            "width", "路宽", "width", type="number", unit="m", low=0, high=200, aliases=("道路宽度", "宽度", "红线宽度")
        ),
        Field(
            "owner", "管养单位", "owning body", mark="public", aliases=("权属单位", "管理单位", "养护单位", "产权单位")
        ),
    ),
    style=Style("#78909C", "line"),
    gap_kinds=("unlinked_feature", "unlit_road", "dark_road"),
    aliases=("路网", "街道中心线"),
)
