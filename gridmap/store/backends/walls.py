"""Row-level security in PostgreSQL: which rows a transaction sees and touches, whatever its statements say.

The rules are those of `store.scope`. Row security is forced: it holds for the owner of the tables, too, and for nobody
there is a way past it but to be a superuser, which narrow transactions refuse. A transaction that says nothing of its
scope sees no row of a scoped table.

A rule looks at whole tables ("a version by its links"). It does so through views of the schema `whole`, which show keys
and cells alone and belong to the role `gridmap_whole`, in which nobody is: row security lets that role read all rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gridmap.errors import StoreError
from gridmap.store.scope import SCOPED, Rule
from gridmap.store.tables import metadata

READER = "gridmap_whole"
"""Who owns the views that rules look through. One for all offices of a server; nobody is in it."""

# As a subquery it is looked up once a statement, not once a row.
_ALL = "(SELECT current_setting('gridmap.scope', true) = '*')"
_WORDS: Mapping[str, str] = MappingProxyType(
    {"whole": "whole.", "within": "IN (SELECT code FROM whole.scope_cell)", "row": ""}
)
FUNCTIONS = ("next_number(text)", "last_count(text, text)", "versions_in(float8, float8, float8, float8)")
"""What who serves may call of `guards`: what answers for whole tables, in numbers alone."""
# The cells below the roots of the scope, in any edition; as SQLite's wall has them.
_CELLS = """
CREATE VIEW whole.scope_cell WITH (security_invoker = true) AS
SELECT cell AS code FROM public.closure WHERE ancestor = ANY (
  CASE WHEN coalesce(current_setting('gridmap.scope', true), '') IN ('', '*') THEN '{}'
       ELSE current_setting('gridmap.scope', true) END::text[])
"""
# What the rules look at: keys and cells, no value that anybody has told.
_KEYS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "batch": ("id", "layer"),
        "cadre": ("number",),
        "feature": ("id", "layer", "key"),
        "issue": ("id", "batch_id", "cell"),
        "issue_event": ("id", "issue_id"),
        "issue_feature": ("issue_id", "feature_id"),
        "link": ("version_id", "code"),
        "plan_stop": ("plan_id", "route_id", "cell"),
        "sheet_stop": ("sheet_id", "feature_id"),
        "version": ("id", "feature_id", "batch_id", "ended_by"),
        "visit": ("id", "feature_id", "cell"),
    }
)
# What who serves may do with a table, where it is not everything that changes rows.
_RIGHTS: Mapping[str, str] = MappingProxyType(
    {"audit": "SELECT, INSERT", "audit_head": "SELECT", "office": "SELECT", "alembic_version": "SELECT"}
)
_TABLES = tuple(name for name in SCOPED if name in metadata.tables)
_POLICIES = frozenset(
    (name, f"scope_{moment}") for name in _TABLES for moment in ("select", "insert", "update", "delete")
)

_FOUND = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, array_remove(array_agg(p.polname::text), NULL)
FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s) GROUP BY 1, 2
"""
_SERVING = """
SELECT DISTINCT pg_get_userbyid(a.grantee) FROM pg_class c, aclexplode(c.relacl) a
WHERE c.oid = 'public.office'::regclass AND a.grantee NOT IN (0, c.relowner) ORDER BY 1
"""
_OWNER = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.office'::regclass"
_ROLE = """
SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, c.relowner, 'MEMBER')
FROM pg_roles r, pg_class c WHERE r.rolname = %s AND c.oid = 'public.office'::regclass
"""


def create(connection: Connection) -> None:
    """Set the walls, and give who serves the office the rights to work. StoreError if the account may make no role."""
    quote = connection.dialect.identifier_preparer.quote
    owner = quote(connection.exec_driver_sql(_OWNER).scalar_one())
    serving = [quote(row[0]) for row in connection.exec_driver_sql(_SERVING)]
    roles = ", ".join((owner, *serving))
    _look_through(connection, roles)
    for role in serving:
        _grant(connection, role)
    _stand(connection, roles)


def drop(connection: Connection) -> None:
    """Take the walls off."""
    for name, _, policies in connection.exec_driver_sql(_FOUND, (list(_TABLES),)).all():
        for policy in policies:
            connection.exec_driver_sql(f'DROP POLICY "{policy}" ON public.{name}')
        connection.exec_driver_sql(f"ALTER TABLE public.{name} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql("DROP SCHEMA IF EXISTS whole CASCADE")


def wrong(connection: Connection) -> tuple[str, ...]:
    """Return the names of the tables whose walls are off, not forced, or not ours, sorted."""
    found = {name: (forced, set(kept)) for name, forced, kept in connection.exec_driver_sql(_FOUND, (list(_TABLES),))}
    return tuple(sorted(name for name in _TABLES if found.get(name) != (True, _named(name))))


def admit(connection: Connection, role: str) -> None:
    """Let a role work with the store, behind the walls.

    Raises StoreError if there is no such role, or one that could pass them: a superuser, one that bypasses row security
    or is in the role of the owner.
    """
    free = connection.exec_driver_sql(_ROLE, (role,)).scalar()
    if free is None:
        raise StoreError("store.no_role", role=role)
    if free:
        raise StoreError("store.role_bypasses", role=role)
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.exec_driver_sql(f"GRANT SELECT ON public.office TO {quoted}")
    drop(connection)
    create(connection)


def _named(name: str) -> set[str]:
    reader = {"whole"} if name in _KEYS else set()
    return {policy for table, policy in _POLICIES if table == name} | reader


def _look_through(connection: Connection, roles: str) -> None:
    """Make the views of whole tables, and give them to the role that reads through them."""
    try:
        with connection.begin_nested():
            if connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (READER,)).first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {READER} NOLOGIN")
            connection.exec_driver_sql(f"GRANT {READER} TO CURRENT_USER")
    except DBAPIError:
        owner = connection.exec_driver_sql("SELECT current_user").scalar_one()
        raise StoreError("store.no_createrole", role=owner) from None
    connection.exec_driver_sql("CREATE SCHEMA whole")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA whole TO {READER}, {roles}")
    connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA whole TO {READER}")
    for name, columns in _KEYS.items():
        listed = ", ".join(columns)
        connection.exec_driver_sql(f"GRANT SELECT ({listed}) ON public.{name} TO {READER}")
        connection.exec_driver_sql(f"CREATE VIEW whole.{name} AS SELECT {listed} FROM public.{name}")  # noqa: S608  names of our own
        connection.exec_driver_sql(f"ALTER VIEW whole.{name} OWNER TO {READER}")
        connection.exec_driver_sql(f"GRANT SELECT ON whole.{name} TO {roles}")
    connection.exec_driver_sql(_CELLS)
    connection.exec_driver_sql(f"GRANT SELECT ON whole.scope_cell TO {roles}")
    connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA whole FROM {READER}")
    connection.exec_driver_sql(f"REVOKE {READER} FROM CURRENT_USER")


def _stand(connection: Connection, roles: str) -> None:
    """Set the policies, for the owner and who serves; nobody else sees a row."""
    for name in _TABLES:
        connection.exec_driver_sql(f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        if name in _KEYS:
            connection.exec_driver_sql(f"CREATE POLICY whole ON public.{name} FOR SELECT TO {READER} USING (true)")
        for moment, tests in _tests(name, SCOPED[name]):
            made = f"CREATE POLICY scope_{moment} ON public.{name} FOR {moment.upper()} TO {roles} {tests}"
            connection.exec_driver_sql(made)


def _tests(name: str, rule: Rule) -> Iterator[tuple[str, str]]:
    words = {**_WORDS, "row": name}
    seen = f"({_ALL} OR ({rule.seen.format(**words)}))"
    made = seen if rule.made is None else f"({_ALL} OR ({rule.made.format(**words)}))"
    yield "select", f"USING {seen}"
    yield "insert", f"WITH CHECK {made}"
    yield "update", f"USING {seen} WITH CHECK {seen}"
    yield "delete", f"USING {seen}"


def _grant(connection: Connection, role: str) -> None:
    """Give a role the rights to read and change rows: none to change tables, or the audit, or past the walls."""
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    for name in (*metadata.tables, "alembic_version"):
        rights = _RIGHTS.get(name, "SELECT, INSERT, UPDATE, DELETE")
        connection.exec_driver_sql(f"GRANT {rights} ON public.{name} TO {role}")
    for function in FUNCTIONS:
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION public.{function} TO {role}")
