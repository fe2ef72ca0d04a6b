"""Words of the store on PostgreSQL."""

WORDS = {
    "bypasses": "{file}：该数据库账户可绕过行级安全，不能用它为部分网格的人员服务。请换用非超级用户账户",
    "no_createrole": "数据库账户 {role} 无权建立角色，而行级安全需要。请由管理员运行：ALTER ROLE {role} CREATEROLE",
    "not_alike": "{file}：复制后 {tables} 的内容不一致，未作任何更改。请重试，并检查磁盘",
    "no_driver": "{file}：没有安装 PostgreSQL 驱动。请运行：pip install 'gridmap-office[postgis]'",
    "no_file": "{file}：该数据库不在文件中，而在数据库服务器上",
    "address": "{argument}：数据库地址应写作{shape}",
    "cannot_connect": "{file}：连不上数据库。请核对地址、账户和密码，并确认 PostgreSQL 正在运行",
    "too_long": "{file}：一次查询耗时过久，已中止，本次内容均未保存。请缩小范围，或检查服务器",
    "no_right": "{file}：该数据库账户无权执行此操作。请使用拥有这些表的账户",
    "out_of_room": "{file}：服务器资源不足，本次内容均未保存。请稍后再试，或增加内存",
    "constraint": "{file}：违反数据库规则，本次内容均未保存",
    "refused": "{file}：数据库拒绝了此操作（{state}），本次内容均未保存",
    "no_postgis": "{file}：数据库没有 PostGIS。请由管理员运行：CREATE EXTENSION postgis",
    "not_empty": "{file}：数据库中已有其他表。请给出空数据库",
    "no_role": "角色 {role}：数据库服务器没有这个角色。请由管理员运行：CREATE ROLE {role} LOGIN",
    "role_bypasses": "角色 {role}：它是超级用户、可绕过行级安全，或拥有这些表。请换用没有这些权利的角色",
}
