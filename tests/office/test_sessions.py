"""Signing in: the same answer and work for whatever is wrong, a delay that grows, few hashes at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from gridmap.errors import FaultsError, GridmapError, RefusedError
from gridmap.office import accounts, hashing
from gridmap.office.sessions import SEEN_EVERY, SignedIn, change_password, person_of_session, sign_in, sign_out
from gridmap.office.wiring import Office
from gridmap.people.delay import FREE
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.people.secret_texts import SESSION_LASTS, SESSION_RESTS
from gridmap.store import sessions
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from tests.office.signing import PASSWORD, Door

HERE, THERE = "192.0.2.1", "198.51.100.7"
WRONG = "not the right sentence"


@pytest.fixture
def clerk(office: Office, door: Door) -> Person:
    """A clerk with an account; beside it stands one that is disabled."""
    accounts.new_account(LOCAL_ADMINISTRATOR, office, "gone", "reader", password=PASSWORD)
    accounts.disable(LOCAL_ADMINISTRATOR, office, "gone")
    assert door.hashing.hashes == 1
    return accounts.new_account(LOCAL_ADMINISTRATOR, office, "w040", "clerk", password=PASSWORD)


@pytest.fixture
def signed(office: Office, clerk: Person) -> SignedIn:
    return sign_in(office, clerk.account, PASSWORD, HERE)


def refused(office: Office, name: str, password: str, address: str = HERE) -> tuple[str, object]:
    """Return the code of a sign-in that must fail, and the seconds it tells to wait."""
    with pytest.raises(RefusedError) as failed:
        sign_in(office, name, password, address)
    return failed.value.code.removeprefix("office."), failed.value.inputs.get("seconds")


def fail(office: Office, times: int, name: str = "w040", address: str = HERE) -> None:
    for _ in range(times):
        assert refused(office, name, WRONG, address) == ("sign_in_refused", None)


class TestSessions:
    def test_each_sign_in_is_a_session_of_its_own(self, office: Office, signed: SignedIn, clerk: Person) -> None:
        other = sign_in(office, clerk.account, PASSWORD, THERE)
        assert other.token != signed.token
        sign_out(office, signed.token)
        assert person_of_session(office, other.token) == clerk
        with pytest.raises(RefusedError):
            person_of_session(office, signed.token)
        sign_out(office, signed.token)

    @pytest.mark.parametrize("given", ["", "x", "gms_" + "A" * 43, "gmt_" + "A" * 43, "gms_\ud800", "gms_' OR 1=1 --"])
    def test_no_other_text_is_a_session(self, office: Office, signed: SignedIn, given: str) -> None:
        with pytest.raises(RefusedError) as unknown:
            person_of_session(office, given)
        assert unknown.value.code == "office.no_session"
        sign_out(office, given)
        assert person_of_session(office, signed.token) == signed.person

    def test_rests_and_ends(self, office: Office, door: Door, signed: SignedIn) -> None:
        door.watch.pass_by(seconds=SESSION_RESTS.total_seconds())
        with pytest.raises(RefusedError):
            person_of_session(office, signed.token)

    def test_who_is_seen_stays_until_the_end(self, office: Office, door: Door, signed: SignedIn) -> None:
        pauses = 13
        for _ in range(pauses):
            door.watch.pass_by(seconds=SESSION_LASTS.total_seconds() / pauses - 1)
            assert person_of_session(office, signed.token) == signed.person
        door.watch.now = signed.expires_at
        with pytest.raises(RefusedError):
            person_of_session(office, signed.token)

    def test_reading_does_not_write_at_each_request(self, office: Office, door: Door, signed: SignedIn) -> None:
        door.watch.pass_by(seconds=SEEN_EVERY.total_seconds() - 1)
        with office.writing_whole():
            assert person_of_session(office, signed.token) == signed.person

    def test_a_long_writer_keeps_nobody_out(self, office: Office, door: Door, signed: SignedIn) -> None:
        door.watch.pass_by(seconds=SEEN_EVERY.total_seconds())
        hurried = Store.open(office.store.path, wait=0)
        patient, office.store = office.store, hurried
        with patient.writing(EVERYWHERE):
            assert person_of_session(office, signed.token) == signed.person
        hurried.close()
        office.store = patient

    def test_rights_are_those_of_now(self, office: Office, signed: SignedIn) -> None:
        accounts.disable(LOCAL_ADMINISTRATOR, office, signed.person.account)
        accounts.enable(LOCAL_ADMINISTRATOR, office, signed.person.account)
        with pytest.raises(RefusedError):
            person_of_session(office, signed.token)


class TestRefused:
    @pytest.mark.parametrize("name", ["w040", "gone", "unknown", "李小红", "x" * 500, "", "\ud800", "local"])
    def test_whatever_is_wrong_gets_the_same_answer_for_the_same_work(
        self, office: Office, clerk: Person, door: Door, name: str
    ) -> None:
        assert refused(office, "first", WRONG) == ("sign_in_refused", None)  # the hash of nobody is made once
        door.hashing.hashes = door.hashing.checks = 0
        password = PASSWORD if name == "gone" else WRONG
        assert refused(office, name, password) == ("sign_in_refused", None)
        assert (door.hashing.hashes, door.hashing.checks) == (0, 1)

    @pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800", "\0", PASSWORD + " ", PASSWORD.upper()])
    def test_no_other_password_fits(self, office: Office, clerk: Person, password: str) -> None:
        assert refused(office, clerk.account, password) == ("sign_in_refused", None)

    @pytest.mark.parametrize("deed", ["disable", "set_password"])
    def test_an_account_shut_while_it_signs_in_gets_no_session(
        self, office: Office, clerk: Person, monkeypatch: pytest.MonkeyPatch, deed: str
    ) -> None:
        def slow(password: str, kept: str | None) -> tuple[bool, str | None]:
            given = (clerk.account,) if deed == "disable" else (clerk.account, WRONG)
            getattr(accounts, deed)(LOCAL_ADMINISTRATOR, office, *given)
            return hashing.fits(password, kept)

        monkeypatch.setattr("gridmap.office.sessions.fits", slow)
        assert refused(office, clerk.account, PASSWORD) == ("sign_in_refused", None)


class TestOwnPassword:
    def test_is_changed_by_who_knows_it_and_ends_the_other_sessions(self, office: Office, signed: SignedIn) -> None:
        again = change_password(office, signed.person.account, PASSWORD, WRONG, HERE)
        assert person_of_session(office, again.token) == signed.person
        with pytest.raises(RefusedError):
            person_of_session(office, signed.token)
        assert refused(office, signed.person.account, PASSWORD) == ("sign_in_refused", None)

    def test_a_weak_one_is_refused_before_anything(self, office: Office, signed: SignedIn) -> None:
        with pytest.raises(FaultsError):
            change_password(office, signed.person.account, PASSWORD, "short", HERE)
        assert person_of_session(office, signed.token) == signed.person

    def test_guessing_there_is_delayed_alike(self, office: Office, clerk: Person) -> None:
        for _ in range(FREE + 1):
            with pytest.raises(RefusedError, match="not right"):
                change_password(office, clerk.account, WRONG, PASSWORD + "!", HERE)
        assert refused(office, clerk.account, PASSWORD)[0] == "sign_in_wait"


class TestDelay:
    @pytest.mark.parametrize("name", ["w040", "gone", "unknown"])
    def test_grows_for_known_and_unknown_alike(self, office: Office, clerk: Person, door: Door, name: str) -> None:
        fail(office, FREE + 1, name)
        assert refused(office, name, WRONG) == ("sign_in_wait", 2)
        door.watch.pass_by(seconds=2)
        fail(office, 1, name)
        assert refused(office, name, WRONG) == ("sign_in_wait", 4)

    def test_the_right_password_waits_too_and_then_gets_in(self, office: Office, clerk: Person, door: Door) -> None:
        fail(office, FREE + 1)
        checks = door.hashing.checks
        assert refused(office, clerk.account, PASSWORD) == ("sign_in_wait", 2)
        assert door.hashing.checks == checks
        door.watch.pass_by(seconds=2)
        assert sign_in(office, clerk.account, PASSWORD, HERE).person == clerk
        fail(office, FREE)

    def test_who_guesses_elsewhere_keeps_nobody_out(self, office: Office, clerk: Person) -> None:
        fail(office, FREE + 1, address=THERE)
        assert refused(office, clerk.account, PASSWORD, THERE)[0] == "sign_in_wait"
        assert sign_in(office, clerk.account, PASSWORD, HERE).person == clerk

    def test_another_address_of_one_connection_is_no_way_round(self, office: Office, clerk: Person) -> None:
        fail(office, FREE + 1, address="2001:db8::1")
        assert refused(office, clerk.account, PASSWORD, "2001:db8::2")[0] == "sign_in_wait"

    def test_of_names_and_addresses_only_digests_are_kept_and_dropped_after_a_day(
        self, office: Office, clerk: Person, door: Door
    ) -> None:
        fail(office, 1, name="unknown")
        door.watch.pass_by(days=1)
        fail(office, 1)
        with office.reading_whole() as tx:
            kept = tx.connection.exec_driver_sql("SELECT account_hash, address_hash FROM attempt").all()
        assert len(kept) == 1
        assert {len(digest) for digest in kept[0]} == {64}


class TestAtOnce:
    def test_two_who_sign_in_at_once_both_get_in(self, office: Office, clerk: Person) -> None:
        together = threading.Barrier(2)

        def enter(address: str) -> SignedIn:
            together.wait()
            return sign_in(office, clerk.account, PASSWORD, address)

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(enter, (HERE, HERE))
        assert first.token != second.token
        assert person_of_session(office, first.token) == person_of_session(office, second.token) == clerk

    def test_many_guesses_at_once_are_no_way_round_the_delay(
        self, office: Office, clerk: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(12))

        def guess(number: int) -> str:
            try:
                sign_in(office, clerk.account, f"{WRONG} {number}", HERE)
            except GridmapError as error:
                return error.code
            return ""

        with ThreadPoolExecutor(12) as pool:
            said = list(pool.map(guess, range(12)))
        assert said.count("office.sign_in_refused") == FREE + 1
        assert said.count("office.sign_in_wait") == 12 - FREE - 1

    def test_when_all_places_are_taken_one_is_sent_away_and_it_counts_for_nothing(
        self, office: Office, clerk: Person, all_places_taken: ExitStack, door: Door
    ) -> None:
        checks = door.hashing.checks
        for _ in range(FREE + 2):
            assert refused(office, clerk.account, PASSWORD) == ("sign_in_busy", hashing.BUSY_SECONDS)
        assert door.hashing.checks == checks
        all_places_taken.close()
        assert sign_in(office, clerk.account, PASSWORD, HERE).person == clerk

    def test_those_who_are_in_are_served_meanwhile(
        self, office: Office, signed: SignedIn, all_places_taken: ExitStack
    ) -> None:
        assert person_of_session(office, signed.token) == signed.person
        all_places_taken.close()

    def test_no_more_than_the_cores_allow_hash_at_once(
        self, office: Office, clerk: Person, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        busy, most, lock = 0, 0, threading.Lock()
        monkeypatch.setattr(hashing, "_cores", threading.BoundedSemaphore(2))
        check = door.hashing.verify_and_update

        def watched(password: str | bytes, kept: str | bytes) -> tuple[bool, str | None]:
            nonlocal busy, most
            with lock:
                busy, most = busy + 1, max(most, busy + 1)
            threading.Event().wait(0.01)
            with lock:
                busy -= 1
            return check(password, kept)

        monkeypatch.setattr(door.hashing, "verify_and_update", watched)
        with ThreadPoolExecutor(8) as pool:
            signed = list(pool.map(lambda n: sign_in(office, clerk.account, PASSWORD, f"192.0.2.{n}"), range(8)))
        assert len({one.token for one in signed}) == 8
        assert most <= 2


@pytest.fixture
def all_places_taken() -> Iterator[ExitStack]:
    """Every place of those who sign in, held until the stack is closed."""
    with ExitStack() as stack:
        for _ in range(hashing.AT_ONCE + hashing.WAITING):
            stack.enter_context(hashing.a_place())
        yield stack


def test_what_is_over_is_dropped_at_the_next_sign_in(office: Office, door: Door, signed: SignedIn) -> None:
    door.watch.pass_by(hours=13)
    again = sign_in(office, signed.person.account, PASSWORD, HERE)
    with office.reading_whole() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM session").scalar() == 1
        assert sessions.find_session(tx, "x") is None
    assert person_of_session(office, again.token) == signed.person
