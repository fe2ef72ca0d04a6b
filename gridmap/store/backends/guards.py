"""What protects the tables in PostgreSQL: an audit that only grows, numbers as in a file, order by code point, walls.

None of it is part of a migration: each upgrade takes the triggers and walls off first and sets everything again last.
What the triggers raise is a code of the word catalogue.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection

from gridmap.store.backends import walls
from gridmap.store.tables import metadata

MARK = "gridmap"
"""What stands as the comment of the table `office`: it tells a store of ours from any other database."""

_REFUSE = "RAISE EXCEPTION 'store.append_only'"
_NEXT = """
IF NOT EXISTS (SELECT 1 FROM public.audit_head WHERE count + 1 = NEW.seq AND hash = NEW.previous)
   OR EXISTS (SELECT 1 FROM public.audit WHERE hash = NEW.hash) THEN RAISE EXCEPTION 'store.append_only'; END IF;
RETURN NEW"""
_STEP = "UPDATE public.audit_head SET count = NEW.seq, hash = NEW.hash; RETURN NULL"
_FORWARD = """
IF NOT (NEW.id = OLD.id AND NEW.count = OLD.count + 1 AND EXISTS (
  SELECT 1 FROM public.audit WHERE seq = NEW.count AND hash = NEW.hash AND previous = OLD.hash))
  THEN RAISE EXCEPTION 'store.append_only'; END IF;
RETURN NEW"""

_ROW, _STATEMENT = "FOR EACH ROW", "FOR EACH STATEMENT"

# A trigger's name: when it acts, and what its function, which has its name, does.
TRIGGERS = MappingProxyType(
    {
        "audit_forward": (f"AFTER INSERT ON public.audit {_ROW}", _STEP),
        "audit_head_forward": (f"BEFORE UPDATE ON public.audit_head {_ROW}", _FORWARD),
        "audit_head_no_delete": (f"BEFORE DELETE ON public.audit_head {_ROW}", _REFUSE),
        "audit_head_no_insert": (f"BEFORE INSERT ON public.audit_head {_ROW}", _REFUSE),
        "audit_head_no_truncate": (f"BEFORE TRUNCATE ON public.audit_head {_STATEMENT}", _REFUSE),
        "audit_next": (f"BEFORE INSERT ON public.audit {_ROW}", _NEXT),
        "audit_no_delete": (f"BEFORE DELETE ON public.audit {_ROW}", _REFUSE),
        "audit_no_truncate": (f"BEFORE TRUNCATE ON public.audit {_STATEMENT}", _REFUSE),
        "audit_no_update": (f"BEFORE UPDATE ON public.audit {_ROW}", _REFUSE),
    }
)

_FOUND = """
SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled, p.prosrc, p.prosecdef
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
# One more than the highest number there is, as SQLite gives numbers; of the whole table, whoever asks.
_NEXT_NUMBER = """
CREATE OR REPLACE FUNCTION public.next_number(whose text) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE found integer; asked text := current_setting('gridmap.scope', true);
BEGIN
  PERFORM set_config('gridmap.scope', '*', true);
  EXECUTE 'SELECT coalesce(max(id), 0) + 1 FROM public.' || quote_ident(whose) INTO found;
  PERFORM set_config('gridmap.scope', asked, true);
  RETURN found;
END $$
"""
# How far the numbers that people read ("2015-00001") are counted, whoever asks.
_LAST_COUNT = """
CREATE OR REPLACE FUNCTION public.last_count(whose text, begin_ text) RETURNS integer LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found integer; asked text := current_setting('gridmap.scope', true);
BEGIN
  PERFORM set_config('gridmap.scope', '*', true);
  EXECUTE 'SELECT coalesce(max(substr(number, length($1) + 1)::integer), 0) FROM public.' || quote_ident(whose)
    || ' WHERE left(number, length($1)) = $1' INTO found USING begin_;
  PERFORM set_config('gridmap.scope', asked, true);
  RETURN found;
END $$
"""
# Which versions meet a box, found by the index: row security would forbid it, for it does not trust PostGIS's operator.
# What is found is read under row security like anything else.
_VERSIONS_IN = """
CREATE OR REPLACE FUNCTION public.versions_in(
  west double precision, south double precision, east double precision, north double precision
) RETURNS SETOF integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE asked text := current_setting('gridmap.scope', true);
BEGIN
  PERFORM set_config('gridmap.scope', '*', true);
  RETURN QUERY SELECT id FROM public.version WHERE geom && ST_MakeEnvelope(west, south, east, north, 4326);
  PERFORM set_config('gridmap.scope', asked, true);
END $$
"""
_FUNCTIONS = dict(zip(walls.FUNCTIONS, (_NEXT_NUMBER, _LAST_COUNT, _VERSIONS_IN), strict=True))
_TEXTS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname = ANY (%s) AND o.collname <> 'C'
ORDER BY 1, 2
"""


def wrong(connection: Connection) -> tuple[str, ...]:
    """Return the names of the triggers and walls that are absent, changed, switched off, or not ours, sorted."""
    found = {
        name: (definition, body) if enabled == "O" and definer == (name == "audit_forward") else None
        for name, definition, enabled, body, definer in connection.exec_driver_sql(_FOUND)
    }
    names = found.keys() | TRIGGERS.keys()
    amiss = {name for name in names if name not in TRIGGERS or found.get(name) != _shape(name)}
    return tuple(sorted(amiss | set(walls.wrong(connection))))


def drop(connection: Connection) -> None:
    """Take every trigger and wall off."""
    walls.drop(connection)
    statement = """SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                   WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"""
    for name, table in connection.exec_driver_sql(statement).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON {table}')


def create(connection: Connection) -> None:
    """Set every trigger and wall, give numbers as a file does, order texts by code point, mark the store as ours."""
    connection.exec_driver_sql(f"COMMENT ON TABLE office IS '{MARK}'")
    _order_by_code_point(connection)
    _number(connection)
    for name, (_, body) in TRIGGERS.items():
        rights = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp " if name == "audit_forward" else ""
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql {rights}AS $${_body(body)}$$"
        )
        connection.exec_driver_sql(_shape(name)[0])
    walls.create(connection)


def _shape(name: str) -> tuple[str, str]:
    """Return a trigger as PostgreSQL writes it, and what its function does."""
    moment, body = TRIGGERS[name]
    return f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION {name}()", _body(body)


def _body(body: str) -> str:
    return f"BEGIN {body}; END"


def _order_by_code_point(connection: Connection) -> None:
    """Texts sort and compare as in a file, whatever the database's own order is."""
    for table, column, kind in connection.exec_driver_sql(_TEXTS, (list(metadata.tables),)).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')


def _number(connection: Connection) -> None:
    for shape, made in _FUNCTIONS.items():
        connection.exec_driver_sql(made)
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION public.{shape} FROM public")
    for name, table in metadata.tables.items():
        if "id" not in table.c or not table.c.id.primary_key:
            continue
        connection.exec_driver_sql(f"ALTER TABLE \"{name}\" ALTER COLUMN id SET DEFAULT public.next_number('{name}')")
        connection.exec_driver_sql(f"DROP SEQUENCE IF EXISTS {name}_id_seq")
