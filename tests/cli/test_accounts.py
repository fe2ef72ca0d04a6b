"""Accounts and tokens at the terminal: a password is never an argument, a token is shown once."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from gridmap.office.sessions import sign_in
from gridmap.office.setup import found_office
from gridmap.office.tokens import person_of_token
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import Settings, write_settings
from tests.office.signing import PASSWORD, CountingHash

Type = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new office without a grid; its password hashes cost little."""
    monkeypatch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
    found_office(LOCAL_ADMINISTRATOR, tmp_path / "home", name="大鹏")
    return tmp_path / "home"


@pytest.fixture
def typed(home: Path) -> Type:
    """Run a command on that office with what comes in on stdin."""

    def run(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--home", str(home)], input=given, catch_exceptions=False)

    return run


@pytest.fixture
def admin(typed: Type) -> None:
    """The first administrator."""
    made = typed("account", "new", "admin", "--role", "administrator", given=PASSWORD + "\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output


def test_the_first_administrator_signs_in_with_the_password_that_came_in(admin: None, home: Path) -> None:
    with open_office(home) as office:
        assert sign_in(office, "admin", PASSWORD, "192.0.2.1").person.role == "administrator"


@pytest.mark.parametrize("given", ["", "\n", "short\n", "x" * 5000 + "\n"])
def test_there_is_no_default_password_and_no_weak_one(typed: Type, given: str) -> None:
    refused = typed("account", "new", "admin", "--role", "administrator", given=given)
    assert refused.exit_code == 2
    assert "12" in refused.stderr
    assert json.loads(typed("account", "list", "--json").stdout) == []


def test_at_a_terminal_it_is_typed_twice_without_echo(typed: Type, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD + "!", PASSWORD, PASSWORD])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    monkeypatch.setattr("gridmap.cli.accounts._at_a_terminal", lambda: True)
    asked = ("account", "new", "admin", "--role", "administrator")
    assert typed(*asked).exit_code == 2
    assert typed(*asked).exit_code == 0
    with open_office(home) as office:
        assert sign_in(office, "admin", PASSWORD, "192.0.2.1").person.account == "admin"


def test_an_account_is_listed_disabled_and_enabled(typed: Type, admin: None) -> None:
    assert "admin" in typed("account", "list").stdout
    assert typed("account", "disable", "admin").exit_code == 0
    assert json.loads(typed("account", "list", "--json").stdout)[0]["disabled"] is True
    assert "disabled" in typed("account", "list").stdout
    assert typed("account", "enable", "admin").exit_code == 0
    assert json.loads(typed("account", "list", "--json").stdout)[0]["disabled"] is False


def test_other_rights(typed: Type, admin: None) -> None:
    assert typed("account", "change", "admin", "--role", "reader").exit_code == 0
    assert json.loads(typed("account", "list", "--json").stdout)[0]["role"] == "reader"


def test_another_password(typed: Type, admin: None, home: Path) -> None:
    assert typed("account", "password", "admin", given="nobody is left out\n").exit_code == 0
    with open_office(home) as office:
        assert sign_in(office, "admin", "nobody is left out", "192.0.2.1").person.account == "admin"


def test_a_token_stands_alone_on_stdout_this_once(typed: Type, home: Path) -> None:
    made = typed("token", "new", "--role", "reader", "--label", "qgis", "--days", "7")
    assert made.exit_code == 0
    token = made.stdout.strip()
    with open_office(home) as office:
        assert person_of_token(office, token).role == "reader"
    listed = typed("token", "list").stdout + typed("token", "list", "--json").stdout
    assert "qgis" in listed
    assert token not in listed + made.stderr


def test_a_token_is_revoked_and_the_second_time_that_is_said(typed: Type) -> None:
    typed("token", "new", "--role", "reader", "--label", "qgis")
    assert [typed("token", "revoke", "1").exit_code for _ in range(2)] == [0, 1]
    assert "revoked" in typed("token", "list").stdout
    assert typed("token", "revoke", "9").exit_code == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("account", "disable", "w040"), 3),
        (("account", "new", "admin", "--role", "reader"), 3),
        (("account", "new", "李小红", "--role", "reader"), 2),
        (("account", "new", "b", "--role", "chief"), 2),
        (("account", "change", "b", "--role", "reader"), 3),
        (("account", "new", "b", "--role", "reader", "--cell", "44"), 3),
        (("account", "new", "b", "--role", "cadre", "--cadre", "W9"), 3),
        (("token", "new", "--role", "administrator", "--label", "x"), 4),
        (("token", "new", "--account", "admin", "--label", "x"), 4),
        (("token", "new", "--label", "x"), 2),
        (("token", "new", "--role", "reader", "--label", "x", "--days", "0"), 2),
    ],
)
def test_what_cannot_be_has_its_exit_code(typed: Type, admin: None, words: tuple[str, ...], code: int) -> None:
    refused = typed(*words, given=PASSWORD + "\n")
    assert refused.exit_code == code, refused.output
    assert PASSWORD not in refused.output


def test_an_account_is_bound_to_an_identity_in_place_of_a_password(typed: Type, home: Path) -> None:
    refused = typed("account", "new", "w040", "--role", "clerk", "--identity", "f3b1-77")
    assert refused.exit_code == 2
    assert "oidc_issuer" in refused.stderr
    write_settings(home, Settings(oidc_issuer="https://login.example.test"))
    assert typed("account", "new", "w040", "--role", "clerk", "--identity", "f3b1-77").exit_code == 0
    (listed,) = json.loads(typed("account", "list", "--json").stdout)
    assert (listed["by_password"], listed["by_identity"]) == (False, True)
    assert "f3b1" not in str(listed)
    assert typed("account", "identity", "w040").exit_code == 0
    (listed,) = json.loads(typed("account", "list", "--json").stdout)
    assert not listed["by_identity"]
