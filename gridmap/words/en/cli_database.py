"""Words of the commands about a store in a database."""

WORDS = {
    "help.move": "Move the office into a PostgreSQL database, or back into a file.\n\nExample: gridmap move --database postgresql+psycopg://owner@localhost/office",
    "move.to_file": "Back from the database into a file.",
    "move.where": "say where to: --database ADDRESS, or --to-file",
    "move.done": "Every row is there. The office is kept in {path}",
    "init.database": "Keep the store in this empty PostgreSQL database (postgresql+psycopg://account:password@host/name).",
    "init.serving_role": "The database account that the service will use; it owns nothing there.",
    "init.no_database": "a serving role needs --database",
    "init.password": "The password is not kept: give it by {variable}, or in ~/.pgpass",
}
