"""Words of the store on PostgreSQL."""

WORDS = {
    "bypasses": "{file}: this database account passes row security, so nobody can be served in a part of the office with it. Give one that is no superuser",
    "no_createrole": "the database account {role} may make no roles, which the walls need. Let the administrator run: ALTER ROLE {role} CREATEROLE",
    "not_alike": "{file}: after the copy the rows of {tables} are not the same; nothing was changed. Try again, then look at the disk",
    "no_driver": "{file}: the driver of PostgreSQL is not installed. Run: pip install 'gridmap-office[postgis]'",
    "no_file": "{file}: this store is kept in a database, not in a file",
    "address": "{argument}: give the address of a database as {shape}",
    "cannot_connect": "{file}: the database cannot be reached. Check its address, the account and password, and that PostgreSQL runs",
    "too_long": "{file}: one question took too long and was ended; nothing of this was kept. Ask for less, or look at the server",
    "no_right": "{file}: the database account has no right to do this. Run it with the account that owns the tables",
    "out_of_room": "{file}: the server has no room for this now; nothing of it was kept. Try again later, or give it more memory",
    "constraint": "{file}: a rule of the store refuses this; nothing of it was kept",
    "refused": "{file}: the database refused this ({state}); nothing of it was kept",
    "no_postgis": "{file}: the database has no PostGIS. Let its administrator run: CREATE EXTENSION postgis",
    "not_empty": "{file}: the database holds other tables. Give an empty one",
    "no_role": "role {role}: the database server has none of this name. Let its administrator run: CREATE ROLE {role} LOGIN",
    "role_bypasses": "role {role}: it is a superuser, may bypass row security, or owns the tables. Give a role without these rights",
}
