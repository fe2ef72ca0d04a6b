"""Words of the commands about a store in a database."""

WORDS = {
    "init.database": "Keep the store in this empty PostgreSQL database (postgresql+psycopg://account:password@host/name).",
    "init.serving_role": "The database account that the service will use; it owns nothing there.",
    "init.no_database": "a serving role needs --database",
    "init.password": "The password is not kept: give it by {variable}, or in ~/.pgpass",
}
