"""The commands about duties, on the demo office."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

WEEKLY = """
zh = "每周走访单位"
en = "weekly calls at organisations"
subject = { layer = "organisations" }
period = "week"
"""


@pytest.fixture
def weekly(run: Run, tmp_path: Path) -> str:
    """A duty of the office's own, in force from 1 March."""
    path = tmp_path / "organisations_weekly.toml"
    path.write_text(WEEKLY, encoding="utf-8")
    taken = run("duties", "edit", str(path), "--on", "2015-03-01")
    assert taken.exit_code == 0, taken.output
    assert "organisations_weekly" in taken.stdout
    again = run("duties", "edit", str(path), "--on", "2015-03-02", "--json")
    assert json.loads(again.stdout)["became"] == "unchanged"
    return "organisations_weekly"


def test_duties_are_counted_by_state_listed_explained_and_ended(run: Run, weekly: str) -> None:
    listed = run("duties", "--duty", weekly, "--on", "2015-10-31", "--json")
    rows = json.loads(listed.stdout)
    periods = {row["period"] for row in rows}
    assert periods == {"2015-W43", "2015-W44"}
    shown = run("duties", "--duty", weekly, "--on", "2015-10-31")
    assert f"{len(rows)} states on 2015-10-31" in shown.stdout
    assert "weekly calls at organisations" in shown.stdout
    subject = rows[0]["subject"]
    why = run("duties", "explain", weekly, subject, "--on", "2015-10-31", "--period", "2015-W44")
    assert why.exit_code == 0, why.output
    assert "of them count" in why.stdout
    assert run("duties", "explain", weekly, subject, "--on", "2015-10-31", "--period", "2015-Q9").exit_code == 3
    assert run("duties", "explain", weekly, "nobody", "--on", "2015-10-31").exit_code == 3
    assert isinstance(
        json.loads(run("duties", "explain", weekly, subject, "--on", "2015-10-31", "--json").stdout), list
    )
    exempted = run("duties", "exempt", weekly, subject, "--reason", "closed for works", "--from", "2015-10-01")
    assert exempted.exit_code == 0, exempted.output
    only = run("duties", "--duty", weekly, "--state", "exempt", "--on", "2015-10-31", "--json")
    assert {row["subject"] for row in json.loads(only.stdout)} == {subject}
    assert run("duties", "end", weekly, "--on", "2015-11-01").exit_code == 0
    assert weekly not in run("duties", "rules", "--on", "2015-11-01").stdout
    assert run("duties", "--duty", weekly, "--on", "2015-11-01").exit_code == 3


def test_rules_are_listed_in_the_reader_s_words(run: Run, weekly: str) -> None:
    assert weekly in run("duties", "rules", "--on", "2015-10-31").stdout
    rules = json.loads(run("duties", "rules", "--on", "2015-10-31", "--json").stdout)
    assert {"duty", "zh", "en", "period"} <= set(rules[0])
    assert run("duties", "--state", "late").exit_code == 2


def test_a_bad_file_names_every_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text('zh = "怪"\nperiod = "fortnight"\nsubject = {}\n', encoding="utf-8")
    refused = run("duties", "edit", str(path))
    assert refused.exit_code == 2
    for key in ("en", "period", "subject"):
        assert f"odd, {key}" in refused.stderr
