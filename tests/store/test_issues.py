"""Issues as kept: numbers, events by what was known when, words apart, and what stands on a register."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from uuid import uuid4

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import insert

from gridmap.errors import ConflictError, NotFoundError
from gridmap.ledger.categories import Category
from gridmap.ledger.events import frame_of
from gridmap.ledger.issues import EVENT_COLUMNS, ISSUE_COLUMNS, Event
from gridmap.store import issues, leases, ledger_erasure, programmes
from gridmap.store.categories import categories, keep_categories
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import batch, feature, version
from gridmap.store.undo import undo

LAMP = Category("lamp", "路灯", "lamp", "work_days", 5)


def rows(*years: int, **columns: object) -> gpd.GeoDataFrame:
    """New issues of these years, in one place."""
    held = {"issue": [str(uuid4()) for _ in years], "year": list(years), "cell": "A1"} | columns
    held.setdefault("features", [[] for _ in years])
    return gpd.GeoDataFrame(held, geometry=[shapely.Point(114.5, 22.6)] * len(years), crs=4326)


def reported(uuid: str, at: datetime, **private: str) -> Event:
    said = {"source": "visit", "category": "lamp", "follower": "7", "cell": "A1"}
    return Event(str(uuid4()), uuid, "report", at, "7", said, private)


def keep(tx: Transaction, *events: Event, state: str = "reported", recorded: datetime | None = None) -> None:
    frame = frame_of(events, [state] * len(events), recorded_at=[recorded or one.at for one in events], account="local")
    words = [(one.id, name, value) for one in events for name, value in one.private.items()]
    issues.append(tx, frame, pd.DataFrame(words, columns=["event", "field", "value"]))


@pytest.fixture
def one(store: Store, noon: datetime) -> str:
    """The UUID of one issue, with the words of whoever raised it."""
    made = rows(2015)
    with store.writing(EVERYWHERE) as tx:
        issues.add(tx, made)
        keep(tx, reported(made["issue"].iloc[0], noon, text="it is dark", phone="13800000001"))
    return str(made["issue"].iloc[0])


class TestNumbers:
    def test_they_count_by_year_and_never_twice(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            assert issues.add(tx, rows(2015, 2016, 2015)) == ["2015-00001", "2016-00001", "2015-00002"]
        with store.writing(EVERYWHERE) as tx:
            assert issues.add(tx, rows(2015)) == ["2015-00003"]

    def test_beyond_five_digits_they_go_on(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            tx.connection.exec_driver_sql("INSERT INTO issue (uuid, number) VALUES ('x', '2015-99999')")
            assert issues.add(tx, rows(2015)) == ["2015-100000"]
            assert issues.add(tx, rows(2015)) == ["2015-100001"]

    def test_an_issue_is_found_by_either_name(self, store: Store, one: str) -> None:
        with store.reading(EVERYWHERE) as tx:
            assert issues.find(tx, [one, "2015-00001", "2015-00002"]) == {one: one, "2015-00001": one}
            assert issues.numbers(tx, [one, "x"]) == {one: "2015-00001"}
            assert issues.kept(tx, [one])[one] == issues.Kept("2015-00001", "A1", ())


class TestEvents:
    def test_what_goes_in_comes_out(self, store: Store, one: str, noon: datetime) -> None:
        due = noon + dt.timedelta(days=5)
        said = {"due_at": due.isoformat(), "unit": "lamps", "quantities": {"lamps": 3}}
        with store.writing(EVERYWHERE) as tx:
            keep(tx, Event(str(uuid4()), one, "file", noon, None, said), state="filed")
        with store.reading(EVERYWHERE) as tx:
            kept = issues.events(tx)
        assert tuple(kept.columns) == EVENT_COLUMNS
        assert kept["act"].tolist() == ["report", "file"]
        last = kept.iloc[1]
        assert (last["due_at"], last["unit"], last["holder"], last["actor"]) == (due, "lamps", None, None)
        assert last["said"] == {"quantities": {"lamps": 3}}
        assert str(kept["at"].dtype) == "datetime64[us, UTC]"
        assert kept["due_at"].isna().tolist() == [True, False]

    def test_as_of_and_until(self, store: Store, one: str, noon: datetime) -> None:
        late = noon + dt.timedelta(days=9)
        said = {"due_at": late.isoformat()}
        with store.writing(EVERYWHERE) as tx:
            filed = Event(str(uuid4()), one, "file", noon + dt.timedelta(days=1), None, said)
            keep(tx, filed, state="filed", recorded=late)
        with store.reading(EVERYWHERE) as tx:
            assert len(issues.events(tx, as_of=late - dt.timedelta(microseconds=1))) == 1
            assert len(issues.events(tx, as_of=late)) == 2
            assert len(issues.events(tx, until=noon)) == 1
            assert issues.events(tx, issues=["x"]).empty
            assert issues.issues(tx, on_end=noon)["state"].tolist() == ["reported"]
            assert issues.issues(tx, as_of=late)["state"].tolist() == ["filed"]
            assert issues.issues(tx, as_of=noon - dt.timedelta(days=1)).empty
            assert issues.kept_events(tx, [filed.id, "x"]) == {filed.id: one}

    def test_an_issue_is_its_replay_with_number_and_place(self, store: Store, one: str) -> None:
        with store.reading(EVERYWHERE) as tx:
            found = issues.issues(tx)
        assert tuple(found.columns) == ISSUE_COLUMNS
        assert (found["issue"].iloc[0], found["number"].iloc[0], found["cell"].iloc[0]) == (one, "2015-00001", "A1")
        assert found.crs.to_epsg() == 4326
        assert found.geometry.iloc[0].equals(shapely.Point(114.5, 22.6))

    def test_without_an_issue_there_is_none(self, store: Store) -> None:
        with store.reading(EVERYWHERE) as tx:
            assert tuple(issues.issues(tx).columns) == ISSUE_COLUMNS

    def test_an_event_needs_its_issue(self, store: Store, noon: datetime) -> None:
        with store.writing(EVERYWHERE) as tx, pytest.raises(NotFoundError, match="x"):
            keep(tx, reported("x", noon))


class TestWords:
    def test_they_stand_apart_with_their_mark(self, store: Store, one: str) -> None:
        with store.reading(EVERYWHERE) as tx:
            kept = issues.private(tx, [one])
            marks = tx.connection.exec_driver_sql("SELECT DISTINCT mark FROM issue_private").scalars().all()
            said = issues.events(tx)["said"].astype(str).iloc[0]
        assert dict(zip(kept["field"], kept["value"], strict=True)) == {"phone": "13800000001", "text": "it is dark"}
        assert marks == ["personal"]
        assert "dark" not in said

    def test_erased_they_are_gone_and_the_events_stay(self, store: Store, one: str, noon: datetime) -> None:
        with store.writing(EVERYWHERE) as tx:
            assert ledger_erasure.erase_issue(tx, one, reason="asked", at=noon, account="a", fields=["text"]) == 1
            assert issues.private(tx, [one])["field"].tolist() == ["phone"]
            assert ledger_erasure.erase_issue(tx, one, reason="asked", at=noon, account="a") == 1
            assert issues.private(tx, [one]).empty
            assert len(issues.events(tx)) == 1
            assert [erased.field for erased in ledger_erasure.erasures(tx)] == ["text", "phone"]
            with pytest.raises(NotFoundError):
                ledger_erasure.erase_issue(tx, "x", reason="asked", at=noon, account="a")


class TestFeatures:
    def test_an_issue_stands_for_many(self, store: Store, noon: datetime) -> None:
        lamps(store, noon)
        with store.writing(EVERYWHERE) as tx:
            made = rows(2015, features=[[("streetlights", "L2"), ("streetlights", "L1"), ("streetlights", "L1")]])
            issues.add(tx, made)
            keep(tx, reported(made["issue"].iloc[0], noon))
            assert issues.issues(tx)["features"].iloc[0] == [("streetlights", "L1"), ("streetlights", "L2")]
            with pytest.raises(NotFoundError, match="L9"):
                issues.add(tx, rows(2015, features=[[("streetlights", "L9")]]))

    def test_how_a_feature_stood(self, store: Store, noon: datetime) -> None:
        lamps(store, noon)
        with store.reading(EVERYWHERE) as tx:
            (held,) = issues.stood(tx, "streetlights", ["L1"])["L1"]
            assert issues.stood(tx, "streetlights", ["L9"]) == {}
        assert (held.begin, held.end, held.point) == ("2015-04-01", "~", shapely.Point(114.5, 22.6))

    def test_an_import_that_issues_stand_on_is_not_undone(self, store: Store, noon: datetime) -> None:
        lamps(store, noon)
        with store.writing(EVERYWHERE) as tx:
            issues.add(tx, rows(2015, features=[[("streetlights", "L1")]]))
            with pytest.raises(ConflictError, match="1 issues"):
                undo(tx, 1, at=noon)


def lamps(store: Store, noon: datetime) -> None:
    """Two lamps, brought by one import."""
    day = noon.date()
    with store.writing(EVERYWHERE) as tx:
        said = {"layer": "streetlights", "file": "x.csv", "digest": "0", "on_day": day, "account": "local"}
        tx.connection.execute(insert(batch), {**said, "recorded_at": noon, "counts": {}})
        for number in (1, 2):
            tx.connection.execute(insert(feature), {"layer": "streetlights", "key": f"L{number}"})
            row = {"feature_id": number, "valid_from": day, "batch_id": 1, "fields": {}}
            tx.connection.execute(insert(version), {**row, "geometry": shapely.Point(114.5, 22.6)})


class TestCategories:
    def test_a_change_ends_one_and_begins_another(self, store: Store) -> None:
        may, june = dt.date(2015, 5, 1), dt.date(2015, 6, 1)
        longer = Category("lamp", "路灯", "lamp", "work_days", 10)
        with store.writing(EVERYWHERE) as tx:
            assert keep_categories(tx, {"lamp": LAMP}, on=may)["added"] == 1
            assert keep_categories(tx, {"lamp": LAMP}, on=june)["unchanged"] == 1
            assert keep_categories(tx, {"lamp": longer}, on=june)["changed"] == 1
            assert categories(tx, dt.date(2015, 4, 30)) == {}
            assert categories(tx, may) == {"lamp": LAMP}
            assert categories(tx, june) == {"lamp": longer}
            assert keep_categories(tx, {}, on=june, complete=True)["ended"] == 1
            assert categories(tx, june) == {}


class TestLeases:
    def test_one_at_a_time_until_it_is_over(self, store: Store, noon: datetime) -> None:
        later = noon + dt.timedelta(minutes=10)
        with store.writing(EVERYWHERE) as tx:
            assert leases.take(tx, "tick", holder="a", now=noon, until=later)
            assert not leases.take(tx, "tick", holder="b", now=noon, until=later)
            assert leases.take(tx, "tick", holder="a", now=noon, until=later)
            assert leases.take(tx, "tick", holder="b", now=later, until=later + dt.timedelta(minutes=1))
            leases.give_back(tx, "tick", holder="a")
            assert not leases.take(tx, "tick", holder="a", now=later, until=later)
            leases.give_back(tx, "tick", holder="b")
            assert leases.take(tx, "tick", holder="a", now=later, until=later)


class TestProgrammes:
    def test_a_named_set(self, store: Store, one: str) -> None:
        with store.writing(EVERYWHERE) as tx:
            programmes.begin(tx, "Xiasha", note="the old village")
            with pytest.raises(ConflictError):
                programmes.begin(tx, "Xiasha")
            assert programmes.put(tx, "Xiasha", [one]) == 1
            assert programmes.put(tx, "Xiasha", [one]) == 0
            assert programmes.issues_of(tx, "Xiasha") == [one]
            assert programmes.programmes_of(tx, one) == ["Xiasha"]
            assert programmes.programmes(tx).to_dict("records") == [
                {"programme": "Xiasha", "note": "the old village", "issues": 1}
            ]
            with pytest.raises(NotFoundError):
                programmes.issues_of(tx, "nothing")
