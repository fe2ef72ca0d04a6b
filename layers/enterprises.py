"""Industrial enterprises of the ordinary kind: factories that are inspected for fire and work safety."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="enterprises",
    zh="一般工业企业",
    en="enterprises",
    geometry="point",
    key="enterprise_no",
    fields=(
        Field(
            "enterprise_no",
            "企业编号",
            "enterprise number",
            mark="public",
            required=True,
            aliases=("编号", "企业编码", "厂企编号"),
        ),
        Field(
            "name",
            "企业名称",
            "enterprise name",
            mark="public",
            required=True,
            aliases=("名称", "单位名称", "公司名称", "厂名"),
        ),
        Field(
            "licence",
            "统一社会信用代码",
            "licence number",
            mark="public",
            aliases=("信用代码", "营业执照号", "注册号", "组织机构代码"),
        ),
        Field("trade", "行业类别", "trade", mark="public", aliases=("行业", "所属行业", "主要产品", "经营范围")),
        Field(
            "risk",
            "安全风险等级",
            "safety risk",
            type="choice",
            aliases=("风险等级", "风险分级", "安全等级"),
            choices=(
                Choice("great", "重大风险", "great", ("重大", "红", "红色")),
                Choice("larger", "较大风险", "larger", ("较大", "橙", "橙色")),
                Choice("common", "一般风险", "common", ("一般", "黄", "黄色")),
                Choice("low", "低风险", "low", ("低", "较低", "蓝", "蓝色")),
            ),
        ),
        Field(
            "chemicals",
            "涉及危险化学品",
            "dangerous chemicals",
            type="boolean",
            aliases=("危险化学品", "是否涉危化品", "涉危化品", "危化品"),
        ),
        Field("manager", "法定代表人", "legal representative", mark="personal", aliases=("法人代表", "法人", "负责人")),
        Field(
            "safety_officer",
            "安全负责人",
            "safety officer",
            mark="personal",
            aliases=("安全员", "安全管理人员", "安全主任", "安全主管"),
        ),
        Field(
            "phone", "联系电话", "telephone", mark="personal", aliases=("电话", "手机号码", "联系方式", "安全员电话")
        ),
        Field("address", "地址", "address", mark="public", aliases=("企业地址", "厂址", "生产地址", "详细地址")),
        Field(
            "staff",
            "员工人数",
            "staff",
            type="integer",
            unit="people",
            low=0,
            high=200000,
            aliases=("从业人数", "职工人数", "从业人员", "人数"),
        ),
        Field(
            "area", "厂房面积", "floor area", type="number", unit="m2", low=0, aliases=("面积", "建筑面积", "占地面积")
        ),
    ),
    style=Style("#6D7B33", "star"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty"),
    aliases=("工业企业", "厂企", "工厂"),
)
