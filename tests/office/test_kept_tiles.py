"""Kept tiles: made once for whoever asks alike, and never more of them than there is room for."""

from __future__ import annotations

from gridmap.office.kept_tiles import KeptTiles


def test_a_tile_is_made_once_for_all_who_ask_alike() -> None:
    kept, made = KeptTiles(), []
    for key in ("a", "b", "a", "a"):
        assert kept.get(key, lambda key=key: made.append(key) or key.encode()) == key.encode()  # type: ignore[misc]
    assert made == ["a", "b"]


def test_what_nobody_has_asked_for_longest_goes_first() -> None:
    kept = KeptTiles(most_bytes=25)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: bytes(10))
    assert kept.size == 20
    assert kept.get("a", lambda: b"anew") == bytes(10)
    assert kept.get("b", lambda: b"anew") == b"anew"


def test_a_tile_larger_than_the_room_is_given_and_not_kept() -> None:
    kept = KeptTiles(most_bytes=5)
    assert kept.get("a", lambda: bytes(10)) == bytes(10)
    assert kept.size == 0


def test_two_who_make_the_same_tile_at_once_leave_it_there_once() -> None:
    kept = KeptTiles()
    assert kept.get("a", lambda: kept.get("a", lambda: bytes(10))) == bytes(10)
    assert kept.size == 10
