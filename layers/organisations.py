"""Resident organisations: schools, hospitals, public bodies and associations that have their seat in the territory."""

from __future__ import annotations

from gridmap.layer import Choice, Field, Layer, Style

LAYER = Layer(
    name="organisations",
    zh="驻社区单位",
    en="organisations",
    geometry="point",
    key="organisation_no",
    fields=(
        Field(
            "organisation_no",
            "单位编号",
            "organisation number",
            mark="public",
            required=True,
            aliases=("编号", "单位编码", "机构编号"),
        ),
        Field(
            "name",
            "单位名称",
            "organisation name",
            mark="public",
            required=True,
            aliases=("名称", "单位", "机构名称", "驻区单位名称"),
        ),
        Field(
            "kind",
            "单位类别",
            "kind of organisation",
            type="choice",
            aliases=("类别", "类型", "单位类型", "单位性质"),
            choices=(
                Choice("public_body", "机关事业单位", "public body", ("机关", "事业单位", "政府机关")),
                Choice("school", "学校", "school", ("幼儿园", "小学", "中学", "教育机构")),
                Choice("clinic", "医疗机构", "hospital or clinic", ("医院", "社康中心", "卫生院", "诊所")),
                Choice("service_window", "服务窗口", "service window", ("便民服务中心", "服务大厅", "党群服务中心")),
                Choice("company", "企业", "company", ("国有企业", "公司", "金融机构")),
                Choice("association", "社会组织", "association", ("社团", "协会", "群团组织")),
                Choice("garrison", "部队", "garrison", ("驻军", "军事单位")),
                Choice("other", "其他", "other", ("其它",)),
            ),
        ),
        Field("contact", "联系人", "contact", mark="personal", aliases=("联系人姓名", "负责人", "单位负责人")),
        Field(
            "phone", "联系电话", "telephone", mark="personal", aliases=("电话", "手机号码", "联系方式", "联系人电话")
        ),
        Field("address", "地址", "address", mark="public", aliases=("单位地址", "办公地址", "详细地址")),
        Field(
            "staff",
            "职工人数",
            "staff",
            type="integer",
            unit="people",
            low=0,
            high=100000,
            aliases=("员工人数", "单位人数", "人数", "在职人数"),
        ),
    ),
    style=Style("#8D6E63", "diamond"),
    gap_kinds=("unlinked_feature", "unvisited", "overdue_duty"),
    aliases=("驻区单位", "驻地单位"),
)
