"""Accounts are made and ended by administrators of the whole office; no password comes back out of anything."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, ConflictError, FaultsError, NotFoundError, RefusedError
from gridmap.office import accounts, hashing
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.office.sessions import person_of_session, sign_in
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, AccountRole, Person
from tests.office.signing import PASSWORD, Door

SECOND = "nobody is left out tonight"
BIG = "440307010001"


@pytest.fixture
def clerk(office: Office, door: Door) -> Person:
    """A clerk of one big cell."""
    assert door.hashing.hashes == 0
    return accounts.new_account(LOCAL_ADMINISTRATOR, office, "W040", "clerk", password=PASSWORD, scope=[BIG])


def test_an_account_has_the_rights_it_was_given(office: Office, clerk: Person) -> None:
    assert clerk == Person("w040", "clerk", frozenset({BIG}))
    assert sign_in(office, "w040", PASSWORD, "192.0.2.1").person == clerk
    listed = accounts.list_accounts(LOCAL_ADMINISTRATOR, office)
    assert listed["name"].tolist() == ["w040"]
    assert not {"password_hash", "identity"} & set(listed.columns)
    assert listed[["by_password", "by_identity"]].values.tolist() == [[True, False]]


@pytest.mark.parametrize("role", [role for role in accounts.ROLES if role != "administrator"])
def test_only_administrators_manage_accounts(office: Office, door: Door, role: AccountRole) -> None:
    person = Person("x", role)
    for deed in (
        lambda: accounts.new_account(person, office, "a", "reader", password=PASSWORD),
        lambda: accounts.change_account(person, office, "a", "reader"),
        lambda: accounts.set_password(person, office, "a", PASSWORD),
        lambda: accounts.disable(person, office, "a"),
        lambda: accounts.enable(person, office, "a"),
        lambda: accounts.list_accounts(person, office),
    ):
        with pytest.raises(RefusedError):
            deed()
    assert door.hashing.hashes == 0


def test_an_administrator_of_a_part_gives_no_rights(office: Office, clerk: Person) -> None:
    """Or else he would make himself an account for the rest."""
    part = Person("part", "administrator", frozenset({BIG}))
    for deed in (
        lambda: accounts.new_account(part, office, "a", "reader", password=PASSWORD, scope=[BIG]),
        lambda: accounts.change_account(part, office, clerk.account, "leader", scope=[BIG]),
        lambda: accounts.set_password(part, office, clerk.account, PASSWORD),
    ):
        with pytest.raises(RefusedError, match="everywhere"):
            deed()


def test_what_cannot_be_is_refused_and_nothing_is_kept(office: Office, clerk: Person) -> None:
    def made(name: str = "b", role: str = "reader", password: str = PASSWORD, **rights: object) -> None:
        accounts.new_account(LOCAL_ADMINISTRATOR, office, name, role, password=password, **rights)  # type: ignore[arg-type]

    with pytest.raises(ArgumentError, match="a-z"):
        made(name="李小红")
    with pytest.raises(ArgumentError, match="chief"):
        made(role="chief")
    with pytest.raises(FaultsError):
        made(password="short")
    with pytest.raises(NotFoundError, match="44030799"):
        made(scope=[BIG, "44030799"])
    with pytest.raises(NotFoundError, match="W999"):
        made(cadre="W999")
    with pytest.raises(ConflictError, match="w040"):
        made(name=clerk.account)
    with pytest.raises(NotFoundError, match="w041"):
        accounts.set_password(LOCAL_ADMINISTRATOR, office, "w041", PASSWORD)
    assert accounts.list_accounts(LOCAL_ADMINISTRATOR, office)["name"].tolist() == ["w040"]


def test_other_rights_hold_from_the_next_request_on_in_the_place_of_all_before(office: Office, clerk: Person) -> None:
    session = sign_in(office, clerk.account, PASSWORD, "192.0.2.1").token
    changed = accounts.change_account(LOCAL_ADMINISTRATOR, office, clerk.account, "reader")
    assert person_of_session(office, session) == changed == Person(clerk.account, "reader")
    assert read_audit(LOCAL_ADMINISTRATOR, office)["detail"].iloc[0] == {
        "old": {"role": "clerk", "scope": [BIG], "cadre": None},
        "new": {"role": "reader", "scope": None, "cadre": None},
    }
    with pytest.raises(NotFoundError, match="44030799"):
        accounts.change_account(LOCAL_ADMINISTRATOR, office, clerk.account, "reader", scope=["44030799"])
    with pytest.raises(NotFoundError, match="w041"):
        accounts.change_account(LOCAL_ADMINISTRATOR, office, "w041", "reader")
    assert person_of_session(office, session) == changed


def test_another_password_ends_the_sessions_and_the_old_one(office: Office, clerk: Person) -> None:
    session = sign_in(office, clerk.account, PASSWORD, "192.0.2.1").token
    assert accounts.set_password(LOCAL_ADMINISTRATOR, office, clerk.account, SECOND) == 1
    with pytest.raises(RefusedError, match="session"):
        person_of_session(office, session)
    with pytest.raises(RefusedError, match="not right"):
        sign_in(office, clerk.account, PASSWORD, "192.0.2.1")
    assert sign_in(office, clerk.account, SECOND, "192.0.2.1").person == clerk


def test_a_disabled_account_opens_nothing_until_it_is_enabled(office: Office, clerk: Person) -> None:
    session = sign_in(office, clerk.account, PASSWORD, "192.0.2.1").token
    assert accounts.disable(LOCAL_ADMINISTRATOR, office, clerk.account) == 1
    with pytest.raises(RefusedError, match="session"):
        person_of_session(office, session)
    with pytest.raises(RefusedError, match="not right"):
        sign_in(office, clerk.account, PASSWORD, "192.0.2.1")
    accounts.enable(LOCAL_ADMINISTRATOR, office, clerk.account)
    with pytest.raises(RefusedError, match="session"):
        person_of_session(office, session)
    assert sign_in(office, clerk.account, PASSWORD, "192.0.2.1").person == clerk


def test_an_older_way_of_hashing_is_renewed_at_the_next_sign_in(
    office: Office, clerk: Person, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = type(door.hashing)(memory_cost=16)
    monkeypatch.setattr("gridmap.office.hashing.PASSWORDS", stronger)
    for _ in range(2):
        assert sign_in(office, clerk.account, PASSWORD, "192.0.2.1").person == clerk
    with office.reading_whole() as tx:
        assert "m=16," in accounts.accounts.existing(tx, clerk.account).password_hash


def test_the_hash_is_argon2id_with_its_own_salt() -> None:
    one, other = hashing.hashed(PASSWORD), hashing.hashed(PASSWORD)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert one != other
    assert hashing.fits(PASSWORD, one) == (True, None)
    assert not hashing.fits(SECOND, one)[0]
    assert not hashing.fits(PASSWORD, None)[0]


def test_no_secret_is_left_anywhere(
    office: Office, clerk: Person, door: Door, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Neither in the audit nor the store file, logs, reprs and errors; not even one typed in the wrong place."""
    caplog.set_level(logging.DEBUG)
    signed = sign_in(office, clerk.account, PASSWORD, "192.0.2.1")
    accounts.set_password(LOCAL_ADMINISTRATOR, office, clerk.account, SECOND)
    told = [repr(signed)]
    for name, password in ((SECOND, PASSWORD), (clerk.account, PASSWORD + "x")):
        with pytest.raises(RefusedError) as refused:
            sign_in(office, name, password, "192.0.2.1")
        told += [str(refused.value), repr(refused.value.inputs)]
    with pytest.raises(FaultsError) as weak:
        accounts.set_password(LOCAL_ADMINISTRATOR, office, clerk.account, "w040 secret\t")
    told += [str(weak.value), repr(weak.value.faults)]
    told.append(read_audit(LOCAL_ADMINISTRATOR, office).to_csv())
    office.store.close()
    files = b"".join(path.read_bytes() for path in office.home.rglob("*") if path.is_file())
    assert b"w040" in files
    for secret in (PASSWORD, SECOND, signed.token, "w040 secret", "192.0.2.1"):
        assert not [text for text in (*told, caplog.text) if secret in text]
        assert secret.encode() not in files
    assert verify_audit(LOCAL_ADMINISTRATOR, office).ok


def test_everything_is_audited(office: Office, clerk: Person) -> None:
    sign_in(office, clerk.account, PASSWORD, "192.0.2.1")
    for name in (clerk.account, "unknown-name"):
        with pytest.raises(RefusedError):
            sign_in(office, name, SECOND, "192.0.2.1")
    accounts.set_password(LOCAL_ADMINISTRATOR, office, clerk.account, SECOND)
    accounts.disable(LOCAL_ADMINISTRATOR, office, clerk.account)
    accounts.enable(LOCAL_ADMINISTRATOR, office, clerk.account)
    rows = read_audit(LOCAL_ADMINISTRATOR, office).iloc[:7][::-1]
    assert list(zip(rows["account"], rows["action"], rows["subject"], strict=True)) == [
        ("local", "new_account", "account w040"),
        ("w040", "sign_in", "account w040"),
        ("nobody", "sign_in_refused", "account w040"),
        ("nobody", "sign_in_refused", "account unknown"),
        ("local", "set_password", "account w040"),
        ("local", "disable_account", "account w040"),
        ("local", "enable_account", "account w040"),
    ]
    ways = {"by_password": True, "by_identity": False}
    assert rows["detail"].iloc[0] == {"role": "clerk", "scope": [BIG], "cadre": None, **ways}
