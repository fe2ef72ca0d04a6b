"""Commands about who may come in: account new, change, list, disable, enable, password; token new, list, revoke."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from gridmap.cli.language import help_of
from gridmap.cli.options import HOME, Home, Json, opened
from gridmap.cli.output import FOUND, err, out, print_json, records, shown, table, tell, words
from gridmap.office import accounts, tokens
from gridmap.people.passwords import LONGEST
from gridmap.people.person import LOCAL_ADMINISTRATOR

account_app = typer.Typer(help=help_of("help.account"), no_args_is_help=True)
token_app = typer.Typer(help=help_of("help.token"), no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="NAME", help=help_of("account.name"))]
_Role = Annotated[str, typer.Option("--role", metavar="ROLE", help=help_of("account.role"))]
_Cadre = Annotated[str | None, typer.Option("--cadre", metavar="CADRE", help=help_of("account.cadre"))]
_Cells = Annotated[list[str] | None, typer.Option("--cell", metavar="CODE", help=help_of("account.cell"))]


@account_app.command("new", help=help_of("help.account_new"))
def new_account(
    name: _Name,
    role: _Role,
    cell: _Cells = None,
    cadre: _Cadre = None,
    identity: Annotated[
        str | None, typer.Option("--identity", metavar="SUBJECT", help=help_of("account.identity"))
    ] = None,
    home: Home = HOME,
) -> None:
    """Make an account; the password is asked for, unless an identity provider lets it in."""
    with opened(home) as office:
        made = accounts.new_account(
            LOCAL_ADMINISTRATOR,
            office,
            name,
            role,
            password=None if identity else _password(),
            identity=identity,
            scope=cell or None,
            cadre=cadre,
        )
    tell("account.made", name=made.account, role=made.role)


@account_app.command("change", help=help_of("help.account_change"))
def change_account(
    name: _Name,
    role: _Role,
    cell: _Cells = None,
    cadre: _Cadre = None,
    home: Home = HOME,
) -> None:
    """Give an account other rights."""
    with opened(home) as office:
        changed = accounts.change_account(LOCAL_ADMINISTRATOR, office, name, role, scope=cell or None, cadre=cadre)
    tell("account.changed", name=changed.account, role=changed.role)


@account_app.command("password", help=help_of("help.account_password"))
def password(name: _Name, home: Home = HOME) -> None:
    """Give an account another password; it is asked for."""
    with opened(home) as office:
        ended = accounts.set_password(LOCAL_ADMINISTRATOR, office, name, _password())
    tell("account.password_set", name=name, count=ended)


@account_app.command("identity", help=help_of("help.account_identity"))
def identity(
    name: _Name,
    subject: Annotated[str | None, typer.Argument(metavar="SUBJECT", help=help_of("account.identity"))] = None,
    home: Home = HOME,
) -> None:
    """Bind an account to a subject of the identity provider, or to none."""
    with opened(home) as office:
        ended = accounts.bind_identity(LOCAL_ADMINISTRATOR, office, name, subject)
    tell("account.bound" if subject else "account.unbound", name=name, count=ended)


@account_app.command("disable", help=help_of("help.account_disable"))
def disable(name: _Name, home: Home = HOME) -> None:
    """Let nobody act with an account."""
    with opened(home) as office:
        ended = accounts.disable(LOCAL_ADMINISTRATOR, office, name)
    tell("account.disabled", name=name, count=ended)


@account_app.command("enable", help=help_of("help.account_enable"))
def enable(name: _Name, home: Home = HOME) -> None:
    """Let one act with a disabled account again."""
    with opened(home) as office:
        accounts.enable(LOCAL_ADMINISTRATOR, office, name)
    tell("account.enabled", name=name)


@account_app.command("list", help=help_of("help.account_list"))
def list_accounts(home: Home = HOME, json: Json = False) -> None:
    """Print the accounts."""
    with opened(home) as office:
        rows = records(accounts.list_accounts(LOCAL_ADMINISTRATOR, office))
    if json:
        print_json(rows)
        return
    names = ("name", "role", "cells", "cadre", "state")
    lines = [
        (
            one["name"],
            one["role"],
            _cells(one["scope"]),
            one["cadre"],
            _state("disabled" if one["disabled"] else "holds"),
        )
        for one in rows
    ]
    table(tuple(words(f"account.column.{name}") for name in names), lines)


@token_app.command("new", help=help_of("help.token_new"))
def new_token(
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help=help_of("token.label"))],
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help=help_of("token.role"))] = None,
    cell: _Cells = None,
    account: Annotated[str | None, typer.Option("--account", metavar="NAME", help=help_of("token.account"))] = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help=help_of("token.days"))] = 90,
    home: Home = HOME,
) -> None:
    """Make a token and print it, this once: alone on stdout, so that a script can take it."""
    with opened(home) as office:
        made = tokens.new_token(
            LOCAL_ADMINISTRATOR, office, label=label, role=role, scope=cell or None, account=account, days=days
        )
        until = made.expires_at.astimezone(office.clock.zone)
    out.print(made.token, markup=False)
    err.print(words("token.made", token=made.id, until=f"{until:%Y-%m-%d %H:%M}"), markup=False)


@token_app.command("list", help=help_of("help.token_list"))
def list_tokens(home: Home = HOME, json: Json = False) -> None:
    """Print the tokens, not what they are known by."""
    with opened(home) as office:
        listed = tokens.list_tokens(LOCAL_ADMINISTRATOR, office)
        zone = office.clock.zone
    if json:
        print_json(records(listed))
        return
    names = ("id", "label", "account", "role", "cells", "expires_at", "state")
    until = listed["expires_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M")
    rows = [
        (*(one[name] for name in names[:4]), _cells(one["scope"]) if one["role"] else None, ends, _state(_holding(one)))
        for one, ends in zip(records(listed), until, strict=True)
    ]
    table(tuple(words(f"account.column.{name}") for name in names), rows)


@token_app.command("revoke", help=help_of("help.token_revoke"))
def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=help_of("token.number"))], home: Home = HOME
) -> None:
    """Revoke a token for good."""
    with opened(home) as office:
        revoked = tokens.revoke_token(LOCAL_ADMINISTRATOR, office, number)
    tell("token.revoked" if revoked else "token.revoked_before", token=number)
    if not revoked:
        raise typer.Exit(FOUND)


def _password() -> str:
    """Return a password: typed twice without echo at a terminal, else the first line of what comes in."""
    if not _at_a_terminal():
        # One more than is allowed: longer ones are refused, not cut.
        return sys.stdin.readline(2 * LONGEST).rstrip("\r\n")
    given = getpass.getpass(words("account.ask"))
    if getpass.getpass(words("account.ask_again")) != given:
        raise typer.BadParameter(words("account.differs"))
    return given


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _cells(scope: object) -> str:
    return ", ".join(scope) if isinstance(scope, list) else words("account.everywhere")


def _holding(one: dict[str, object]) -> str:
    return "holds" if one["holds"] else "over" if one["revoked_at"] is None else "revoked"


def _state(state: str) -> str:
    return shown(words(f"account.state.{state}"))


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(account_app, name="account")
    root.add_typer(token_app, name="token")
