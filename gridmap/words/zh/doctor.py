"""Words of the doctor."""

WORDS = {
    "state.ok": "正常",
    "state.warn": "注意",
    "state.fail": "有误",
    "versions": ("gridmap {gridmap}，Python {python}，GDAL {gdal}，GEOS {geos}，PROJ {proj}，SQLAlchemy {sqlalchemy}"),
    "not_installed": "未安装 {distribution}；请运行：make setup",
    "neighbour": "{name} 与 gridmap 位于同一目录",
    "neighbour_missing": "{name} 不在 gridmap 所在目录：被同名的其他软件包遮盖；请在独立环境中安装（make setup）",
    "no_office": "此处尚未建立办事处数据；请运行：gridmap init",
    "store_at_head": "数据库结构与程序一致",
    "store_behind": "数据库结构落后于程序；请运行：gridmap upgrade（会先做备份）",
    "server_log": "数据库服务器的日志可能向其管理者显示个人信息；请其管理员为办事处的每个账号设置：{settings}（见 docs/stores.md）",
    "server_log_silent": "数据库服务器的日志不显示数据内容",
    "audit_key": "审计记录以密钥 {key} 签名；请将其副本与备份分开保存",
    "audit_key_missing": "办事处文件夹中没有 {file}，新的审计记录不会被签名；请放回其副本，或运行 gridmap upgrade 生成新密钥",
    "audit_key_open": "{file} 可被所有者以外的人读取；请运行：chmod 600 {file}",
    "font": "中文字体：{font}",
    "no_font": "没有可显示中文的字体；请运行：apt-get install fonts-noto-cjk",
    "holidays": "节假日数据到 {last} 年",
    "holidays_next": "{year} 年放假通知已公布，但工作日历中尚无；请导入通知（gridmap calendar import FILE）或更新 chinesecalendar",
    "holidays_missing": "节假日数据只到 {last} 年，缺 {year} 年；请导入放假通知（gridmap calendar import FILE）或更新 chinesecalendar",
}
