"""Tokens: told once, for their days, with rights of their own or those of their account; never an administrator's."""

from __future__ import annotations

import pytest

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.office import accounts, tokens
from gridmap.office.auditing import read_audit
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, AccountRole, Person
from tests.office.signing import PASSWORD, Door

BIG = "440307010001"


@pytest.fixture
def reading(office: Office, door: Door) -> tokens.NewToken:
    """A reader's token for one big cell."""
    made = tokens.new_token(LOCAL_ADMINISTRATOR, office, label=" qgis ", role="reader", scope=[BIG], days=7)
    assert made.expires_at > door.watch()
    return made


@pytest.fixture
def of_clerk(office: Office, door: Door) -> tokens.NewToken:
    """A token of a clerk's account."""
    assert door.hashing.hashes == 0
    accounts.new_account(LOCAL_ADMINISTRATOR, office, "w040", "clerk", password=PASSWORD, scope=[BIG])
    return tokens.new_token(LOCAL_ADMINISTRATOR, office, label="notebook", account="w040")


def opens_nothing(office: Office, token: str) -> None:
    with pytest.raises(RefusedError) as refused:
        tokens.person_of_token(office, token)
    assert refused.value.code == "office.no_token"


def test_acts_with_its_own_rights(office: Office, reading: tokens.NewToken) -> None:
    assert tokens.person_of_token(office, reading.token) == Person("token:1", "reader", frozenset({BIG}))


def test_follows_its_account(office: Office, of_clerk: tokens.NewToken) -> None:
    assert tokens.person_of_token(office, of_clerk.token) == Person("w040", "clerk", frozenset({BIG}))
    accounts.disable(LOCAL_ADMINISTRATOR, office, "w040")
    opens_nothing(office, of_clerk.token)
    assert tokens.list_tokens(LOCAL_ADMINISTRATOR, office)["holds"].tolist() == [False]
    accounts.enable(LOCAL_ADMINISTRATOR, office, "w040")
    assert tokens.person_of_token(office, of_clerk.token).account == "w040"


def test_one_whose_account_became_an_administrators_opens_nothing(office: Office, of_clerk: tokens.NewToken) -> None:
    accounts.change_account(LOCAL_ADMINISTRATOR, office, "w040", "administrator")
    opens_nothing(office, of_clerk.token)


def test_ends_after_its_days(office: Office, door: Door, reading: tokens.NewToken) -> None:
    door.watch.pass_by(days=7, seconds=-1)
    assert tokens.person_of_token(office, reading.token).role == "reader"
    door.watch.pass_by(seconds=1)
    opens_nothing(office, reading.token)
    assert tokens.list_tokens(LOCAL_ADMINISTRATOR, office)["holds"].tolist() == [False]


def test_is_revoked_for_good(office: Office, reading: tokens.NewToken, of_clerk: tokens.NewToken) -> None:
    assert tokens.revoke_token(LOCAL_ADMINISTRATOR, office, reading.id)
    assert not tokens.revoke_token(LOCAL_ADMINISTRATOR, office, reading.id)
    opens_nothing(office, reading.token)
    assert tokens.person_of_token(office, of_clerk.token).role == "clerk"
    assert tokens.list_tokens(LOCAL_ADMINISTRATOR, office)["holds"].tolist() == [False, True]
    with pytest.raises(NotFoundError):
        tokens.revoke_token(LOCAL_ADMINISTRATOR, office, 99)


@pytest.mark.parametrize("given", ["", "gmt_", "gmt_" + "A" * 43, "gms_" + "A" * 43, "\ud800", "gmt_%' --"])
def test_no_other_text_opens_anything(office: Office, reading: tokens.NewToken, given: str) -> None:
    opens_nothing(office, given)
    opens_nothing(office, reading.token + "x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""},
        {"label": "x" * 81},
        {"label": "two\nlines"},
        {"days": 0},
        {"days": 367},
        {"role": None},
        {"role": "chief"},
        {"account": "w040"},
        {"role": None, "account": "w040", "scope": [BIG]},
    ],
)
def test_what_cannot_be_is_refused(office: Office, door: Door, wrong: dict[str, object]) -> None:
    asked = {"label": "qgis", "role": "reader"} | wrong
    with pytest.raises(ArgumentError):
        tokens.new_token(LOCAL_ADMINISTRATOR, office, **asked)  # type: ignore[arg-type]
    assert tokens.list_tokens(LOCAL_ADMINISTRATOR, office).empty
    assert door.hashing.hashes == 0


def test_none_has_the_rights_of_an_administrator(office: Office, door: Door) -> None:
    accounts.new_account(LOCAL_ADMINISTRATOR, office, "admin", "administrator", password=PASSWORD)
    for whose in ({"role": "administrator"}, {"account": "admin"}):
        with pytest.raises(RefusedError, match="administrator"):
            tokens.new_token(LOCAL_ADMINISTRATOR, office, label="x", **whose)  # type: ignore[arg-type]
    assert door.hashing.hashes == 1


def test_unknown_cells_and_accounts_are_named(office: Office) -> None:
    with pytest.raises(NotFoundError, match="999"):
        tokens.new_token(LOCAL_ADMINISTRATOR, office, label="x", role="reader", scope=["999"])
    with pytest.raises(NotFoundError, match="w040"):
        tokens.new_token(LOCAL_ADMINISTRATOR, office, label="x", account="w040")


@pytest.mark.parametrize("role", [role for role in accounts.ROLES if role != "administrator"])
def test_only_administrators_manage_tokens(office: Office, role: AccountRole) -> None:
    person = Person("x", role)
    for deed in (
        lambda: tokens.new_token(person, office, label="x", role="reader"),
        lambda: tokens.revoke_token(person, office, 1),
        lambda: tokens.list_tokens(person, office),
    ):
        with pytest.raises(RefusedError):
            deed()


def test_it_is_told_once_and_audited_without_it(office: Office, reading: tokens.NewToken) -> None:
    tokens.revoke_token(LOCAL_ADMINISTRATOR, office, reading.id)
    audit = read_audit(LOCAL_ADMINISTRATOR, office)
    assert audit["action"].tolist()[:2] == ["revoke_token", "new_token"]
    assert audit["detail"].iloc[1] == {"role": "reader", "scope": [BIG], "days": 7, "account": None}
    listed = tokens.list_tokens(LOCAL_ADMINISTRATOR, office)
    office.store.close()
    files = b"".join(path.read_bytes() for path in office.home.rglob("*") if path.is_file())
    assert reading.token.encode() not in files
    assert not [text for text in (repr(reading), audit.to_csv(), listed.to_csv()) if reading.token in text]
