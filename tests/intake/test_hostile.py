"""A hostile file is refused in under 2 s of CPU and 300 MB, with a message that says what is there.

Every file here is read under a limit of 2 CPU seconds in all. What is refused before it is parsed is refused within
300 MB of address space (`Limits.inspect_bytes`); a parser gets 600 MB, of which Arrow and GDAL map 340 without using
them. A file that needed more would be refused as `cpu_seconds`, `memory` or `broken`: another code than expected.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import FileError
from gridmap.intake import raw
from gridmap.intake.limits import MEBIBYTE, Limits
from gridmap.words import LANGUAGES
from tests.intake import hostile

TIGHT = Limits(
    rows=50_000, inspect_seconds=2, inspect_bytes=300 * MEBIBYTE, parse_seconds=2, parse_bytes=600 * MEBIBYTE
)
GEOJSON = b'{"type":"FeatureCollection","features":[]}'

BEFORE_PARSING = {
    "far.xlsx": (hostile.point_far_out, "intake.rows"),
    "apart.xlsx": (hostile.two_cells_wide_apart, "intake.cells"),
    "spaced.xlsx": (hostile.two_cells_spaced_out, "intake.cells"),
    "prefixed.xlsx": (hostile.prefixed_cells_without_names, "intake.columns"),
    "ratio.xlsx": (hostile.repeated_rows, "intake.unzip_ratio"),
    "rows.xlsx": (hostile.many_rows, "intake.rows"),
    "entities.xlsx": (hostile.entities, "intake.xml_entity"),
    "entities16.xlsx": (hostile.entities_in_utf16, "intake.xml_encoding"),
    "shared.xlsx": (hostile.one_long_text_in_many_cells, "intake.unzipped_bytes"),
    "lies.xlsx": (hostile.directory_that_lies, "intake.zip_lies"),
    "encrypted.xlsx": (hostile.encrypted_member, "intake.encrypted"),
    "twice.xlsx": (hostile.member_named_twice, "intake.zip_twice"),
    "members.xlsx": (hostile.many_members, "intake.zip_members"),
    "no-directory.xlsx": (hostile.written(b"PK\x03\x04" + bytes(2_000)), "intake.unreadable"),
    "password.xlsx": (hostile.written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)), "intake.encrypted_book"),
    "nothing.xls": (hostile.written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)), "intake.unreadable"),
    "up.zip": (hostile.zipped(("../a.geojson", GEOJSON)), "intake.zip_name"),
    "root.zip": (hostile.zipped(("/a.geojson", GEOJSON)), "intake.zip_name"),
    "drive.zip": (hostile.zipped(("c:\\a.geojson", GEOJSON)), "intake.zip_name"),
    "link.zip": (hostile.link_in_a_zip, "intake.zip_link"),
    "overlap.zip": (hostile.members_that_overlap, "intake.zip_overlap"),
    "nested.zip": (hostile.zipped(("a.geojson", GEOJSON), ("b.zip", b"PK")), "intake.zip_nested"),
    "two.zip": (hostile.zipped(("a.geojson", GEOJSON), ("b.geojson", GEOJSON)), "intake.zip_one"),
    "disguise.zip": (hostile.zipped(("a.geojson", b"SQLite format 3\x00")), "intake.magic"),
    "nul.csv": (hostile.written(b"a,b\n1,\x002\n"), "intake.nul"),
    "line.csv": (hostile.written(b"a\n" + b"x" * 20_000_000), "intake.line_bytes"),
    "deep900.geojson": (hostile.nested_collections(900), "intake.nesting"),
    "deep100000.geojson": (hostile.nested_collections(100_000), "intake.nesting"),
    "deep.topojson": (hostile.written(b'{"arcs":' + b"[" * 1_000_000), "intake.nesting"),
    "vertices.geojson": (hostile.million_vertices, "intake.geometry_vertices"),
    "features.geojson": (hostile.many_features, "intake.rows"),
    "keys.geojson": (hostile.a_key_a_feature, "intake.columns"),
    "number.geojson": (hostile.number_without_end, "intake.json_number"),
    "text.geojson": (hostile.one_long_text, "intake.text"),
    "view.gpkg": (hostile.geopackage("CREATE VIEW v AS SELECT * FROM lamps"), "intake.gpkg_program"),
    "trigger.gpkg": (
        hostile.geopackage("CREATE TRIGGER rtree_a_insert AFTER INSERT ON lamps BEGIN DELETE FROM lamps; END"),
        "intake.gpkg_program",
    ),
    "named.gpkg": (
        hostile.geopackage("CREATE TRIGGER t AFTER INSERT ON lamps BEGIN SELECT RAISE(ABORT, 'no'); END"),
        "intake.gpkg_program",
    ),
    "virtual.gpkg": (hostile.geopackage("CREATE VIRTUAL TABLE t USING fts5(a)"), "intake.gpkg_program"),
    "generated.gpkg": (
        hostile.geopackage("CREATE TABLE g (fid INTEGER PRIMARY KEY, a AS (zeroblob(1000000000)))"),
        "intake.gpkg_program",
    ),
    "broken.gpkg": (hostile.written(b"SQLite format 3\x00" + b"\xff" * 5_000), "intake.unreadable"),
    "alone.shp": (hostile.written(b"\x00\x00\x27\x0a" + bytes(96)), "intake.sidecar"),
    "cut.parquet": (hostile.written(b"PAR1" + bytes(100)), "intake.unreadable"),
    "unfolds.pbf": (hostile.osm_block(hostile.osm_zlib(40 * MEBIBYTE)), "intake.osm_block"),
    "huge.pbf": (hostile.osm_block(b"", stated=2**31), "intake.osm_block"),
    "lzma.pbf": (hostile.osm_block(b"\x22\x01x"), "intake.osm_compression"),
    "cut.pbf": (hostile.osm_block(b"\x1a\x7fx"), "intake.unreadable"),
}
WHILE_PARSING = {
    "columns.csv": (hostile.written(b",".join([b"c"] * 100_000)), "intake.columns"),
    "rows.csv": (hostile.written(b"1,2\n" * 200_000), "intake.rows"),
    "quote.csv": (hostile.written(b'a,b\n"' + b"x,1\n" * 200_000), "intake.text"),
    "latin.csv": (hostile.written(b"a\xff\xff\n"), "intake.encoding"),
    "not-json.geojson": (hostile.written(b"{" + b"x" * 1_000), "intake.unreadable"),
}


@pytest.mark.parametrize("name", BEFORE_PARSING)
def test_a_hostile_file_is_refused_by_name_before_any_parser_sees_it(
    name: str, tmp_path: Path, no_parser: None
) -> None:
    write, code = BEFORE_PARSING[name]
    _assert_refused(write(tmp_path / name), code)


@pytest.mark.parametrize("name", WHILE_PARSING)
def test_what_only_a_parser_can_see_is_refused_within_2_s_and_300_mb(name: str, tmp_path: Path) -> None:
    write, code = WHILE_PARSING[name]
    _assert_refused(write(tmp_path / name), code)


def _assert_refused(path: Path, code: str) -> None:
    with pytest.raises(FileError) as caught:
        raw.read(path, limits=TIGHT)
    assert caught.value.code == code
    for lang in LANGUAGES:
        assert path.name in caught.value.say(lang)


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the child end by a signal when its parsing stage begins: only inspection can refuse by name."""
    start = (
        "import sys, json, signal; sys.path[:] = json.loads(sys.argv[1]);"
        "from gridmap.intake import confinement, child; inner = confinement.limit; seen = [];"
        "end = lambda: signal.raise_signal(9) if len(seen) > 1 else None;"
        "confinement.limit = lambda *given: (seen.append(1), inner(*given), end());"
        "child.main()"
    )
    monkeypatch.setattr("gridmap.intake.sandbox._START", start)


def test_the_fixture_lets_no_parser_work(tmp_path: Path, no_parser: None) -> None:
    with pytest.raises(FileError) as caught:
        raw.read(hostile.written(b"a,b\n1,2\n")(tmp_path / "plain.csv"))
    assert caught.value.code == "intake.broken"


def test_a_refusal_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "temporary"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    with pytest.raises(FileError):
        raw.read(hostile.entities(tmp_path / "a.xlsx"))
    assert not list(room.iterdir())


def test_the_message_of_a_refusal_holds_no_value_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("户主,电话\n张三,13800000000\n".encode() + b"\xff\xff\n")
    with pytest.raises(FileError) as caught:
        raw.read(tmp_path / "a.csv")
    assert "138" not in str(caught.value)
