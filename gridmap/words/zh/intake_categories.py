"""Words of workbooks of categories and service items."""

WORDS = {
    "quantity.people": "人数",
    "quantity.yuan": "金额（元）",
    "quantity.lamps": "路灯（盏）",
    "quantity.startups": "创业（个）",
    "category_empty": "{name}：新类别必填；请填写 {column}",
}
