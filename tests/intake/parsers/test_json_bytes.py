"""The scan of bytes finds what a JSON parser would find, wherever the chunks are cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import FileError
from gridmap.intake.limits import Limits
from gridmap.intake.parsers.json_bytes import Scan

WIDE = Limits(nesting=1_000, columns=1_000, text=1_000_000)
texts = st.text(st.sampled_from('ab"\\[]{}:1e9 中'), max_size=8)
values = st.recursive(
    st.none() | st.integers(-5, 5) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=25,
)


def scanned(data: bytes, size: int, limits: Limits = WIDE) -> Scan:
    scan = Scan(limits)
    tail = b""
    for start in range(0, len(data), size):
        chunk = data[start : start + size]
        scan.add(tail + chunk, len(tail))
        tail = (tail + chunk)[-256:]
    return scan


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth_of(one) for one in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth_of(one) for one in value), default=0)
    return 0


def arrays_in(value: object) -> int:
    if isinstance(value, dict):
        return sum(arrays_in(one) for one in value.values())
    return 1 + sum(arrays_in(one) for one in value) if isinstance(value, list) else 0


@given(values, st.integers(1, 50), st.booleans())
def test_brackets_within_texts_count_for_nothing_and_all_others_do(value: object, size: int, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    scan = scanned(data, size)
    assert scan.depth == 0
    assert not scan.inside
    assert scan.arrays == arrays_in(value)


@given(values, st.integers(1, 50))
def test_the_limit_of_nesting_is_exact(value: object, size: int) -> None:
    data, depth = json.dumps(value).encode(), depth_of(value)
    if depth:
        scanned(data, size, Limits(nesting=depth))
    if depth > 1:
        with pytest.raises(FileError) as caught:
            scanned(data, len(data), Limits(nesting=depth - 1))
        assert caught.value.inputs == {"found": depth, "allowed": depth - 1}


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(1, 90))
def test_positions_are_counted_for_each_geometry(sizes: list[int], size: int) -> None:
    shapes = [{"type": "LineString", "coordinates": [[1, 2]] * count} for count in sizes]
    data = json.dumps({"features": [{"geometry": shape} for shape in shapes]}).encode()
    scanned(data, size, Limits(geometry_vertices=max(sizes) + 1))
    with pytest.raises(FileError) as caught:
        scanned(data, size, Limits(geometry_vertices=max(sizes)))
    assert caught.value.code == "intake.geometry_vertices"


@pytest.mark.parametrize("number", ["1e400", "1E+400", "-2.5e999"])
@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
def test_a_number_without_end_is_found_with_its_feature(number: str, size: int) -> None:
    data = f'[{{"type":"Feature","a":"1e400"}},{{"type":"Feature","a":{number} }}]'.encode()
    with pytest.raises(FileError) as caught:
        scanned(data, size)
    assert caught.value.code == "intake.json_number"
    assert caught.value.inputs["row"] == 2


@pytest.mark.parametrize("number", ["1e-400", "1e22", "12345", '"1e400"', '"\\"1e400"'])
def test_small_exponents_and_texts_are_no_such_number(number: str) -> None:
    scanned(f"[{number}]".encode(), 1_000)


@given(st.integers(1, 400), st.integers(1, 90))
def test_a_long_text_is_found_wherever_it_is_cut(length: int, size: int) -> None:
    data = json.dumps(["中" * length]).encode()
    scanned(data, size, Limits(text=length + 1))
    if length > 1:
        with pytest.raises(FileError) as caught:
            scanned(data, size, Limits(text=length - 1))
        assert caught.value.code == "intake.text"
