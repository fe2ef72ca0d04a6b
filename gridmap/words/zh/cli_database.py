"""Words of the commands about a store in a database."""

WORDS = {
    "help.move": "把数据库移入 PostgreSQL，或移回文件。\n\n示例：gridmap move --database postgresql+psycopg://owner@localhost/office",
    "move.to_file": "从数据库移回文件。",
    "move.where": "请说明移往何处：--database 地址，或 --to-file",
    "move.done": "各行均已核对。数据库位于 {path}",
    "init.database": "把数据库放在这个空的 PostgreSQL 数据库中（postgresql+psycopg://account:password@host/name）。",
    "init.serving_role": "服务所用的数据库账户；它不拥有任何表。",
    "init.no_database": "指定服务账户时须同时给出 --database",
    "init.password": "密码不会保存：请用 {variable} 或 ~/.pgpass 给出",
}
