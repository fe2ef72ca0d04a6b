"""Words of the terminal about files and photos of issues."""

WORDS = {
    "help.issues_import": "导入诉求登记表，连同办理经过；已在库中的不会重复登记。\n\n"
    "例：gridmap issues import tickets.csv --map OPENED=reported --map CLOSED=closed --zone America/New_York "
    '--category road --word "result:Fixed=solved" --word "source:*=phone"',
    "help.issues_export": "将某日的诉求导出为表格，不含当事人所述内容",
    "help.issues_photo": "为诉求添加照片：重新绘制，去除位置与相机信息",
    "help.issues_photos": "列出诉求的照片",
    "help.issues_photo_out": "导出照片；照片可能涉及个人，须填写理由并记入审计",
    "issue_files.word": "文件用词的含义：result:Fixed=solved、source:App=phone、category:Lamp=road；"
    "* 表示其他用词，- 表示空白。办结情况为办理结果、duplicate 或 rejected。",
    "issue_files.category": "未写类别的行所属类别。",
    "issue_files.source": "未写来源的行的来源。",
    "issue_files.zone": "未注明时差的时间所属时区；不填则为本机构时区。",
    "issue_files.bad_zone": "{given}：未知时区；请用时区数据库名称，如 America/New_York",
    "issue_files.target": "要写入的表格：out.xlsx。",
    "issue_files.head": "{file} → 诉求：{rows} 行",
    "issue_files.count.added": "新增",
    "issue_files.count.continued": "续办",
    "issue_files.count.unchanged": "未变",
    "issue_files.count.events": "步骤",
    "issue_files.count.rejected": "退回",
    "issue_files.count.unplaced": "无坐标",
    "issue_files.count.unlinked": "未入格",
    "issue_files.kept": "已作为导入批次 {batch} 入库，登记时间为当前；台账不可改写",
    "photos.file": "照片：JPEG、PNG 或 WebP。",
    "photos.photo": "照片编号：见 gridmap issues photos。",
    "photos.target": "要写入的文件：out.jpg。",
    "photos.kept": "照片 {photo} 已随诉求 {number} 保存",
    "photos.known": "诉求 {number} 已有此照片：照片 {photo}",
    "photos.written": "照片 {photo}：{path}",
    "photos.column.photo": "照片",
    "photos.column.width": "宽（像素）",
    "photos.column.height": "高（像素）",
    "photos.column.bytes": "字节",
    "photos.column.recorded_at": "登记时间",
    "photos.column.account": "账号",
}
