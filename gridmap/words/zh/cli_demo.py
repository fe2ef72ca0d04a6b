"""What `gridmap demo` says of its year."""

WORDS = {
    "demo.accounts": "为每种账号角色建立账号并设新密码，仅显示一次",
    "demo.accounts_told": "可用以下任一账号登录；密码只显示这一次：",
    "demo.entered": "2015年3月至12月逐晚录入：走访 {visits} 次，诉求 {reports} 件，办理步骤 {steps} 步。",
    "demo.made_up_year": "全部为随机虚构，使公开报道中的2015年合计数得以重现。日期和时限为假设；专项诉求计入走访收集的诉求，也是假设。",
    "demo.figures": "查看指标：gridmap figures --on 2015-10-31 --home {home}",
    "demo.tonight": "今晚的走访路线（名下漏项最多的网格员）：",
    "demo.route": "路线地图：{path}；打印走访单：gridmap route out {plan} --sheet FILE.html --cadre NUMBER --home {home}",
}
