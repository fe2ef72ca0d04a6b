"""The registers on a day: who is in force, what is shown, where it is linked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given as suppose
from hypothesis import settings

from gridmap.errors import ArgumentError, ConflictError, NotFoundError
from gridmap.layer import Field, Layer
from gridmap.store import batches, changes, links, registers
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from tests.store.diary import DAYS, HOMES, IMPORTS, Diary, Import, pages, play, publish_both
from tests.store.town import HOUSES, NOON, ROADS, SECRET, bring_in, day, file, given, link, publish

WEST, EAST, OUTSIDE = shapely.Point(114, 22.5), shapely.Point(115, 22.5), shapely.Point(120, 22.5)
FULL = {
    "code": "A",
    "address": "鹏城路1号",
    "people": 3,
    "rent": 0.1,
    "lived_in": True,
    "kind": "flat",
    "since": "2014-05-06",
    "name": SECRET,
    "age": 41,
    "poor": False,
    "born": "1974-01-02",
    "debt": 1.5,
}
PRIVATE = ("name", "age", "poor", "born", "debt")


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """A transaction in an office with a grid of two cells from day 1 on; nothing of it is kept."""
    with store.writing(EVERYWHERE) as transaction:
        publish(transaction, day(1))
        yield transaction
        transaction.rollback()


def on_day(tx: Transaction, number: int, **options: object) -> gpd.GeoDataFrame:
    return registers.features(tx, HOUSES, on=day(number), **options)


def keys(frame: gpd.GeoDataFrame) -> list[str]:
    return frame["key"].tolist()


class TestDays:
    def test_a_row_holds_from_its_day_on_and_not_before(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A"}]), day(5))
        assert keys(on_day(tx, 4)) == []
        assert keys(on_day(tx, 5)) == ["A"]
        assert keys(on_day(tx, 3000)) == ["A"]

    def test_a_change_ends_one_row_and_begins_another_on_the_same_day(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "people": 3}]), day(5))
        bring_in(tx, file([{"code": "A", "people": 4}]), day(9))
        before, after = on_day(tx, 8), on_day(tx, 9)
        assert (before["people"].tolist(), before["valid_to"].tolist()) == ([3], ["2015-01-09"])
        assert (after["people"].tolist(), after["valid_from"].tolist()) == ([4], ["2015-01-09"])
        assert after["valid_to"].tolist() == [None]

    def test_a_correction_on_the_first_day_leaves_no_trace_on_any_day(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "people": 3}]), day(5))
        bring_in(tx, file([{"code": "A", "people": 4}]), day(5))
        assert on_day(tx, 5)["people"].tolist() == [4]
        assert keys(on_day(tx, 4)) == []
        assert links.versions_to_link(tx, from_day=day(1), to_day=None)["version_id"].tolist() == [2]

    def test_a_row_closed_on_its_first_day_is_in_force_on_no_day(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A"}]), day(5))
        bring_in(tx, file([{"code": "B"}]), day(5), complete=True)
        assert [keys(on_day(tx, number)) for number in (4, 5, 6)] == [[], ["B"], ["B"]]

    def test_a_feature_that_ended_comes_back_as_the_same_feature(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "people": 3}]), day(2))
        bring_in(tx, file([{"code": "B"}]), day(4), complete=True)
        bring_in(tx, file([{"code": "A", "people": 3}]), day(6))
        assert [keys(on_day(tx, number)) for number in (3, 4, 5, 6)] == [["A"], ["B"], ["B"], ["A", "B"]]
        assert registers.current(tx, HOUSES)["feature_id"].tolist() == [1, 2]


class TestColumns:
    def test_every_value_comes_back_in_its_type(self, tx: Transaction) -> None:
        bring_in(tx, file([FULL, {"code": "B"}], places=[WEST, None]), day(1))
        frame = on_day(tx, 1, reveal=PRIVATE)
        dtypes = {name: str(frame[name].dtype) for name in FULL}
        assert dtypes == {
            "code": "object",
            "address": "object",
            "people": "Int64",
            "rent": "float64",
            "lived_in": "boolean",
            "kind": "object",
            "since": "object",
            "name": "object",
            "age": "Int64",
            "poor": "boolean",
            "born": "object",
            "debt": "float64",
        }
        assert {name: frame[name].iloc[0] for name in FULL} == FULL
        assert frame.loc[1, list(FULL)].isna().tolist() == [name != "code" for name in FULL]
        assert frame.geometry.tolist() == [WEST, None]
        assert frame.crs.equals("EPSG:4326")

    def test_private_fields_are_absent_unless_named_one_by_one(self, tx: Transaction) -> None:
        bring_in(tx, file([FULL]), day(1))
        assert not set(PRIVATE) & set(on_day(tx, 1).columns)
        shown = on_day(tx, 1, reveal=["name"])
        assert set(PRIVATE) & set(shown.columns) == {"name"}
        assert SECRET not in on_day(tx, 1).to_string()

    @pytest.mark.parametrize("name", ["people", "floor"])
    def test_a_public_or_unknown_name_cannot_be_revealed(self, tx: Transaction, name: str) -> None:
        with pytest.raises(ArgumentError, match=f"{name} cannot be named.*name, age, born, poor, debt"):
            on_day(tx, 1, reveal=["name", name])

    def test_private_values_stand_in_the_side_rows_alone(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            bring_in(tx, file([FULL]), day(1))
            rows = tx.connection.exec_driver_sql("SELECT fields FROM version").scalars().all()
            kept = tx.connection.exec_driver_sql("SELECT field, mark FROM private ORDER BY field").all()
        assert SECRET not in "".join(rows)
        assert [tuple(row) for row in kept] == [
            ("age", "personal"),
            ("born", "personal"),
            ("debt", "sensitive"),
            ("name", "personal"),
            ("poor", "sensitive"),
        ]

    def test_a_field_that_has_become_private_is_shown_no_more(self, tx: Transaction) -> None:
        bring_in(tx, file([FULL]), day(1))
        marked = tuple(
            Field(**{**as_mapping(one), "mark": "personal"}) if one.name == "address" else one for one in HOUSES.fields
        )
        layer = Layer("houses", "户", "houses", "point", "code", marked, HOUSES.style)
        assert "address" not in registers.features(tx, layer, on=day(1))

    def test_an_empty_layer_has_its_columns(self, tx: Transaction) -> None:
        empty = on_day(tx, 1, reveal=["name"])
        bring_in(tx, file([FULL], places=[WEST]), day(1))
        filled = on_day(tx, 1, reveal=["name"])
        assert empty.dtypes.drop("geometry").to_dict() == filled.dtypes.drop("geometry").to_dict()
        assert len(empty) == 0


def as_mapping(one: Field) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("name", "zh", "en", "type", "mark")}


class TestPlaces:
    def test_the_cell_is_the_link_of_that_days_edition(self, tx: Transaction) -> None:
        publish(tx, day(10), "second", codes=("C2", "C1"))
        bring_in(tx, file([{"code": "A"}, {"code": "B"}], places=[WEST, OUTSIDE]), day(5))
        assert on_day(tx, 9)["cell"].tolist() == ["C1", None]
        assert on_day(tx, 10)["cell"].tolist() == ["C2", None]
        assert on_day(tx, 10)["link_how"].tolist() == ["inside", "outside"]

    def test_before_the_first_edition_nothing_is_linked(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            publish(tx, day(8))
            bring_in(tx, file([{"code": "A"}], places=[WEST]), day(5))
            assert on_day(tx, 7)["cell"].tolist() == [None]
            assert on_day(tx, 8)["cell"].tolist() == ["C1"]
            assert len(links.links(tx, HOUSES, on=day(7))) == 0

    def test_a_row_with_a_cell_alone_and_one_with_nothing_are_full_features(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "cell": "C2"}, {"code": "B", "people": 1}]), day(1))
        assert on_day(tx, 1)["cell"].tolist() == ["C2", None]
        assert registers.current(tx, HOUSES)["cell"].tolist() == ["C2", None]
        assert registers.tally(tx, on=day(1)).to_dict("records") == [
            {"layer": "houses", "features": 2, "placed": 0, "linked": 1}
        ]

    def test_under_keeps_what_lies_in_the_cell_or_below_it(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A"}, {"code": "B"}, {"code": "C"}], places=[WEST, EAST, OUTSIDE]), day(1))
        assert keys(on_day(tx, 1, under="C")) == ["A", "B"]
        assert keys(on_day(tx, 1, under="C2")) == ["B"]

    def test_under_a_cell_that_is_not_of_that_days_grid_is_an_error(self, tx: Transaction) -> None:
        with pytest.raises(NotFoundError, match="cell C9: the grid of 2015-01-01"):
            on_day(tx, 1, under="C9")
        with pytest.raises(NotFoundError):
            registers.features(tx, HOUSES, on=dt.date(2014, 12, 31), under="C1")

    def test_a_box_keeps_what_touches_it_exactly(self, tx: Transaction) -> None:
        places = [WEST, EAST, None, shapely.Point(114.0000001, 22.5)]
        bring_in(tx, file([{"code": code} for code in "ABCD"], places=places), day(1))
        assert keys(on_day(tx, 1, bbox=(113, 22, 114, 23))) == ["A"]
        assert keys(on_day(tx, 1, bbox=(114, 22.5, 115, 22.5))) == ["A", "B", "D"]

    def test_a_slanting_line_does_not_touch_every_box_within_its_own(self, tx: Transaction) -> None:
        road = shapely.LineString([(114, 22), (115, 23)])
        bring_in(tx, file([{"code": "R"}], ROADS, places=[road]), day(1), ROADS, links=pd.DataFrame(columns=["row"]))
        assert len(registers.features(tx, ROADS, on=day(1), bbox=(114.6, 22.1, 114.9, 22.4))) == 0
        assert len(registers.features(tx, ROADS, on=day(1), bbox=(114.6, 22.1, 114.9, 22.7))) == 1

    @pytest.mark.parametrize("bbox", [(115, 22, 114, 23), (114, float("nan"), 115, 23)])
    def test_a_box_that_is_none_is_refused(self, tx: Transaction, bbox: tuple[float, float, float, float]) -> None:
        with pytest.raises(ArgumentError, match="west, south, east, north"):
            on_day(tx, 1, bbox=bbox)

    def test_keys_keep_those_keys_however_many(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "B"}, {"code": "A"}, {"code": "'; --"}]), day(1))
        many = [str(number) for number in range(300_000)]
        assert keys(on_day(tx, 1, keys=["B", "'; --", *many])) == ["'; --", "B"]
        assert keys(on_day(tx, 1, keys=[])) == []

    def test_of_several_pieces_the_longest_in_a_cell_counts_then_the_lowest_code(self, tx: Transaction) -> None:
        roads = file([{"code": code} for code in "PQR"], ROADS)
        pieces = [
            link(0, 1, None, part=0, length=900.0),
            link(0, 1, "C2", part=1, length=40.0),
            link(0, 1, "C1", part=2, length=30.0),
            link(1, 1, "C2", part=0, length=50.0),
            link(1, 1, "C1", part=1, length=50.0),
            link(2, 1, None, part=0, length=10.0),
        ]
        bring_in(tx, roads, day(1), ROADS, links=pd.DataFrame(pieces))
        frame = registers.features(tx, ROADS, on=day(1))
        assert frame["cell"].tolist() == ["C2", "C1", None]
        assert keys(registers.features(tx, ROADS, on=day(1), under="C1")) == ["P", "Q"]
        kept = links.links(tx, ROADS, on=day(1))
        assert kept["part"].tolist() == [0, 1, 2, 0, 1, 0]
        assert kept["length_m"].tolist() == [900.0, 40.0, 30.0, 50.0, 50.0, 10.0]
        assert kept["nearest"].tolist() == ["C1", None, None, None, None, "C1"]
        tally = registers.tally(tx, on=day(1)).set_index("layer").loc["roads"]
        assert tally.to_dict() == {"features": 3, "placed": 0, "linked": 2}


class TestWriting:
    def test_a_plan_made_before_somebody_elses_import_is_refused(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "people": 3}]), day(1))
        frame = file([{"code": "A", "people": 4}])
        stale = changes.plan(registers.current(tx, HOUSES), frame, HOUSES, given=given(frame), on=day(3))
        token = registers.token(tx, "houses")
        batch, _ = bring_in(tx, file([{"code": "A", "people": 5}]), day(2))
        assert registers.token(tx, "houses") != token
        with pytest.raises(ConflictError, match="1 rows have changed"):
            batches.apply(tx, HOUSES, stale, pd.DataFrame(columns=["row"]), batch_id=batch, on=day(3))

    def test_a_plan_for_a_key_that_somebody_else_has_brought_in_is_refused(self, tx: Transaction) -> None:
        frame = file([{"code": "A"}])
        stale = changes.plan(registers.current(tx, HOUSES), frame, HOUSES, given=given(frame), on=day(3))
        batch, _ = bring_in(tx, frame, day(2))
        with pytest.raises(ConflictError, match="1 rows have changed"):
            batches.apply(tx, HOUSES, stale, pd.DataFrame(columns=["row"]), batch_id=batch, on=day(3))

    def test_the_token_changes_with_the_layer_and_the_grid_but_not_with_another_layer(self, tx: Transaction) -> None:
        seen = {registers.token(tx, "houses")}
        bring_in(tx, file([FULL]), day(1))
        seen.add(registers.token(tx, "houses"))
        publish(tx, day(9), "second")
        seen.add(registers.token(tx, "houses"))
        assert len(seen) == 3
        bring_in(tx, file([{"code": "R"}], ROADS), day(1), ROADS)
        assert registers.token(tx, "houses") in seen

    def test_links_written_again_take_the_place_of_the_old_ones(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A"}, {"code": "B"}], places=[WEST, EAST]), day(1))
        again = pd.DataFrame([link(0, 1, "C2", part=part) for part in (0, 1)]).rename(columns={"row": "version_id"})
        links.write_links(tx, again.assign(version_id=1))
        links.write_links(tx, again.assign(version_id=1))
        assert links.links(tx, HOUSES, on=day(1))["code"].tolist() == ["C2", "C2", "C2"]
        links.write_links(tx, again.iloc[:0])
        assert len(links.links(tx, HOUSES, on=day(1))) == 3

    def test_versions_to_link_are_those_that_overlap_the_days(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A", "cell": "C1", "cell_reason": "gate"}]), day(2))
        bring_in(tx, file([{"code": "A", "cell": "C2"}], places=[WEST]), day(5))
        bring_in(tx, file([{"code": "R"}], ROADS), day(7), ROADS)

        def overlapping(begin: int, end: int | None) -> list[int]:
            found = links.versions_to_link(tx, from_day=day(begin), to_day=day(end) if end else None)
            return found["version_id"].tolist()

        assert overlapping(1, 2) == []
        assert overlapping(1, 3) == [1]
        assert overlapping(5, None) == [2, 3]
        assert overlapping(4, 7) == [1, 2]
        whole = links.versions_to_link(tx, from_day=day(1), to_day=None)
        assert whole["layer"].tolist() == ["houses", "houses", "roads"]
        assert whole["cell"].tolist() == ["C1", "C2", None]
        assert whole["cell_reason"].tolist() == ["gate", "gate", None]
        assert whole.geometry.tolist() == [None, WEST, None]

    def test_batches_tell_what_was_imported_newest_first(self, tx: Transaction) -> None:
        bring_in(tx, file([{"code": "A"}]), day(2))
        bring_in(tx, file([{"code": "A"}]), day(3))
        frame = batches.batches(tx)
        assert frame["id"].tolist() == [2, 1]
        assert frame["on"].tolist() == ["2015-01-03", "2015-01-02"]
        assert [counts["unchanged"] for counts in frame["counts"]] == [1, 0]
        assert frame["recorded_at"].tolist() == [NOON, NOON]
        assert frame["undone_at"].isna().all()


@pytest.fixture(scope="module")
def two_grids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An office with two editions, for all the examples of a property; each leaves it as it was."""
    folder = tmp_path_factory.mktemp("home") / "office"
    made = Store.create(folder / "office.db", name="Dapeng", zone="Asia/Shanghai", at=NOON)
    with made.writing(EVERYWHERE) as tx:
        publish_both(tx)
    yield made
    made.close()


@suppose(imports=IMPORTS)
@settings(max_examples=12)
def test_every_day_reads_as_in_a_diary_kept_by_hand(two_grids: Store, imports: list[Import]) -> None:
    with two_grids.writing(EVERYWHERE) as tx:
        tx.rollback()
        assert pages(tx) == Diary().read()
        diary = play(tx, imports)
        assert pages(tx) == diary.read()


@suppose(imports=IMPORTS)
@settings(max_examples=10)
def test_the_same_file_twice_changes_nothing(two_grids: Store, imports: list[Import]) -> None:
    with two_grids.writing(EVERYWHERE) as tx:
        tx.rollback()
        play(tx, imports)
        kept = registers.features(tx, HOMES, on=day(DAYS), reveal=["name"])
        frame = kept[["code", "people", "name", "geometry"]]
        current = registers.current(tx, HOMES)
        again = changes.plan(
            current, frame, HOMES, given=("people", "name", "geometry"), on=day(DAYS), clear=True, complete=True
        )
        assert again.counts() == dict.fromkeys(again.counts(), 0) | {"unchanged": len(frame)}
