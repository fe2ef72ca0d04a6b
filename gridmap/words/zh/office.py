"""Words of the errands."""

WORDS = {
    "empty_name": "名称为空；请填写办事处名称",
    "unknown_zone": "时区 {zone} 不存在；请用时区数据库中的名称，如 Asia/Shanghai",
    "join_column": "关联字段 {column} 不是该类别的公开字段；可用：{allowed}",
    "no_edition": "{on} 没有生效的网格版本；请运行：gridmap grid import",
    "layer_gone": "数据类别 {layer}：库中有数据，但 layers/ 中缺少其文件；请恢复",
    "reveal_reason": "查看个人信息须注明理由，并记入审计（--reason）",
    "erase_reason": "清除个人信息须注明理由，并记入审计（--reason）",
    "demo_name": "海港镇（虚构）",
    "not_a_demo": "目录 {home} 中已有其他办事处；请用 --home 指定空目录",
    "map_title": "{office}：漏项 {count} 处",
    "map_source": "gridmap，网格版本 {edition}，数据截至导入号 {batch}",
    "map_covered": "本网格有网格长的对象",
    "map_todo": "待补漏项 {count} 处",
    "map_hidden": "位置涉及住处：请在清单中查看",
    "picture": "文件 {file}，内容 {view}：图片后缀为 {allowed}，内容为 {views}",
    "export_format": "文件 {file}：后缀 {suffix} 不是可导出的格式；可用：{allowed}",
    "unknown_tier": "文件 {file}：load_limit 中的 {tiers} 不是层级；可用：{allowed}",
}
