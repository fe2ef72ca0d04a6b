"""Accounts, sessions and tokens are kept by digests; a copy that is brought back lets in nobody who is shut out now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from gridmap.errors import ConflictError, NotFoundError
from gridmap.people.person import Person
from gridmap.store import accounts, copies, sessions, tokens
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE
from gridmap.store.tables import attempt, session, token

pytestmark = pytest.mark.of_the_file

ALL_DAY = timedelta(days=1)
CLERK = Person("w040", "clerk", frozenset({"440307010001", "440307010002"}), "W040")


def add(tx: Transaction, person: Person, at: datetime, password_hash: str = "first") -> int:
    return accounts.add_account(tx, person, password_hash=password_hash, at=at)


def add_token(tx: Transaction, digest: str, at: datetime, account_id: int | None = None) -> int:
    return tokens.add_token(
        tx,
        digest,
        label="qgis",
        account_id=account_id,
        role=None if account_id else "reader",
        scope=None,
        at=at,
        expires_at=at + ALL_DAY,
    )


def count(store: Store, table: object) -> int:
    with store.reading(EVERYWHERE) as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[call-overload]


@pytest.fixture
def staffed(store: Store, noon: datetime) -> Iterator[Store]:
    """Return a store with a clerk, who is signed in and has a token; another token is a reader's."""
    with store.writing(EVERYWHERE) as tx:
        number = add(tx, CLERK, noon)
        sessions.add_session(tx, "seen", account_id=number, at=noon, expires_at=noon + ALL_DAY)
        sessions.keep_attempts(tx, "name", "place", count=2, at=noon)
        add_token(tx, "own", noon, number)
        add_token(tx, "reading", noon)
    return store


@pytest.fixture
def copy(staffed: Store, tmp_path: Path) -> Path:
    """Return a copy of that store."""
    return copies.backup(staffed, tmp_path / "copy.db")


class TestAccounts:
    def test_comes_back_as_it_was_kept(self, staffed: Store) -> None:
        with staffed.reading(EVERYWHERE) as tx:
            found = accounts.existing(tx, "w040")
            assert accounts.account_of(tx, found.id) == found == accounts.find_account(tx, "w040")
            listed = accounts.accounts(tx)
        assert found.person() == CLERK
        assert found.password_hash not in repr(found)
        assert listed.columns.tolist() == list(accounts.LISTED)
        assert listed.loc[0, "scope"] == sorted(CLERK.scope or ())

    def test_scope_everywhere_is_null(self, store: Store, noon: datetime) -> None:
        with store.writing(EVERYWHERE) as tx:
            add(tx, Person("admin", "administrator"), noon)
            found = accounts.existing(tx, "admin")
            assert found.scope is None
            assert accounts.accounts(tx)["scope"].tolist() == [None]

    def test_a_name_is_one_account_for_ever(self, staffed: Store, noon: datetime) -> None:
        with pytest.raises(ConflictError, match="w040"), staffed.writing(EVERYWHERE) as tx:
            accounts.keep_disabled(tx, 1, disabled=True)
            add(tx, CLERK, noon)

    def test_what_is_not_there_is_named(self, store: Store) -> None:
        with store.writing(EVERYWHERE) as tx:
            assert accounts.find_account(tx, "w040") is accounts.account_of(tx, 7) is None
            assert accounts.accounts(tx).empty
            assert tokens.tokens(tx).empty
            with pytest.raises(NotFoundError, match="w040"):
                accounts.existing(tx, "w040")
            with pytest.raises(NotFoundError, match="7"):
                tokens.revoke(tx, 7, at=store.office().created_at)


class TestSessions:
    def test_is_found_by_its_digest_alone(self, staffed: Store, noon: datetime) -> None:
        with staffed.writing(EVERYWHERE) as tx:
            assert sessions.find_session(tx, "other") is None
            sessions.keep_seen(tx, "seen", at=noon + timedelta(hours=1))
            found = sessions.find_session(tx, "seen")
        assert found == sessions.Session("seen", 1, noon + timedelta(hours=1), noon + ALL_DAY)
        assert "'seen'" not in repr(found)

    def test_those_of_an_account_end_together(self, staffed: Store) -> None:
        with staffed.writing(EVERYWHERE) as tx:
            assert accounts.end_sessions_of(tx, 1) == 1
            assert accounts.end_sessions_of(tx, 1) == 0

    @pytest.mark.parametrize(("hours", "left"), [(1, (1, 1)), (3, (0, 1)), (30, (0, 0))])
    def test_what_is_over_is_dropped(self, staffed: Store, noon: datetime, hours: int, left: tuple[int, int]) -> None:
        now = noon + timedelta(hours=hours)
        with staffed.writing(EVERYWHERE) as tx:
            sessions.drop_over(
                tx, expired_at=now, seen_before=now - timedelta(hours=2), tried_before=now - timedelta(hours=24)
            )
        assert (count(staffed, session), count(staffed, attempt)) == left

    def test_failures_are_of_a_pair(self, staffed: Store, noon: datetime) -> None:
        with staffed.writing(EVERYWHERE) as tx:
            assert sessions.attempts(tx, "name", "elsewhere") is sessions.attempts(tx, "other", "place") is None
            sessions.keep_attempts(tx, "name", "place", count=3, at=noon + ALL_DAY)
            assert sessions.attempts(tx, "name", "place") == (3, noon + ALL_DAY)
            sessions.keep_attempts(tx, "name", "place", count=0, at=noon)
        assert count(staffed, attempt) == 0


class TestTokens:
    def test_is_revoked_once_and_stays_listed(self, staffed: Store, noon: datetime) -> None:
        with staffed.writing(EVERYWHERE) as tx:
            assert tokens.revoke(tx, 2, at=noon)
            assert not tokens.revoke(tx, 2, at=noon + ALL_DAY)
            listed = tokens.tokens(tx)
            found = tokens.find_token(tx, "reading")
        assert found is not None
        assert found.revoked_at == noon
        assert "reading" not in repr(found)
        assert listed.columns.tolist() == list(tokens.LISTED)
        assert listed["account"].tolist() == ["w040", None]
        assert listed["revoked_at"].notna().tolist() == [False, True]

    def test_acts_for_an_account_or_by_itself(self, staffed: Store, noon: datetime) -> None:
        row = {"hash": "x", "label": "x", "created_at": noon, "expires_at": noon}
        for wrong in ({}, {"account_id": 1, "role": "reader"}):
            with pytest.raises(IntegrityError), staffed.writing(EVERYWHERE) as tx:
                tx.connection.execute(insert(token), row | wrong)


class TestRestore:
    def test_nobody_is_signed_in_after_it(self, staffed: Store, copy: Path, noon: datetime) -> None:
        copies.restore(staffed.path, copy, at=noon, account="local")
        assert (count(staffed, session), count(staffed, attempt)) == (0, 0)

    def test_what_was_shut_since_stays_shut(self, staffed: Store, copy: Path, noon: datetime) -> None:
        with staffed.writing(EVERYWHERE) as tx:
            tokens.revoke(tx, 2, at=noon)
            accounts.keep_disabled(tx, 1, disabled=True)
            accounts.keep_password(tx, 1, "second")
            add(tx, Person("late", "reader"), noon)
            add_token(tx, "late", noon)
        copies.restore(staffed.path, copy, at=noon, account="local")
        with staffed.reading(EVERYWHERE) as tx:
            found = accounts.existing(tx, "w040")
            assert (found.disabled, found.password_hash) == (True, "second")
            assert accounts.find_account(tx, "late") is not None
            assert tokens.tokens(tx)["revoked_at"].notna().tolist() == [False, True, False]
            assert tokens.find_token(tx, "late") is not None

    def test_without_a_present_store_no_token_holds(
        self, staffed: Store, copy: Path, tmp_path: Path, noon: datetime
    ) -> None:
        """What was revoked since the copy was made is not known there."""
        moved = tmp_path / "moved" / "office.db"
        copies.restore(moved, copy, at=noon, account="local")
        with closing(Store.open(moved)) as store, store.reading(EVERYWHERE) as tx:
            assert accounts.existing(tx, "w040").person() == CLERK
            assert tokens.tokens(tx)["revoked_at"].notna().all()
            assert sessions.find_session(tx, "seen") is None

    def test_over_another_office_its_accounts_do_not_get_in(self, copy: Path, tmp_path: Path, noon: datetime) -> None:
        path = tmp_path / "other" / "office.db"
        with closing(Store.create(path, name="Dapeng", zone="Asia/Shanghai", at=noon + ALL_DAY)) as other:
            with other.writing(EVERYWHERE) as tx:
                add(tx, Person("stranger", "administrator"), noon)
            copies.restore(path, copy, at=noon, account="local")
            with other.reading(EVERYWHERE) as tx:
                assert accounts.accounts(tx)["name"].tolist() == ["w040"]
                assert tokens.tokens(tx)["revoked_at"].notna().all()
