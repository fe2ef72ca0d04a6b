from __future__ import annotations

import pandas as pd

from gridmap.ledger.ratios import ISSUE_RATIOS, Ratio, ratios, with_shares


def test_a_share_of_nothing_is_no_number() -> None:
    assert Ratio(0, 0).share is None
    assert Ratio(0, 4).share == 0.0
    assert Ratio(1, 4).share == 0.25


def test_ratios_add_by_their_counts_and_never_by_their_shares() -> None:
    assert Ratio(1, 2) + Ratio(1, 6) == Ratio(2, 8)


def test_a_ratio_is_there_only_with_both_of_its_counts() -> None:
    assert ratios({"closed": 3, "filed": 4}, ISSUE_RATIOS) == {"closed_share": Ratio(3, 4)}


def test_the_share_of_a_group_without_a_denominator_is_missing() -> None:
    counts = pd.DataFrame({"closed": [3, 0], "filed": [4, 0]}, index=["road", "water"])
    shares = with_shares(counts, ISSUE_RATIOS)["closed_share"]
    assert shares["road"] == 0.75
    assert pd.isna(shares["water"])
