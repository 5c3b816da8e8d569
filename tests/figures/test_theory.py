"""The table of checks that the theory notebook keeps: it refuses what does not agree."""

import math

import pytest

from figures.draw.theory import Checks


@pytest.mark.parametrize(
    ("estimate", "error", "within"), [(1.05, 0.01, None), (1.05, 0.0, 0.04), (math.nan, 0.1, None)]
)
def test_a_check_fails_beyond_its_error_or_tolerance(estimate, error, within):
    with pytest.raises(AssertionError, match="something"):
        Checks().add("(1)", "something", 1.0, estimate, error, within=within)


def test_the_table_has_what_was_checked_with_its_margin(capsys):
    checks = Checks()
    checks.add("(1)", "one", 1.0, 1.03, 0.01)
    checks.add("(2)", "two", 0.0, -1e-9, within=0.01, verdict="kept")
    checks.add("(5)", "three", -math.inf, -math.inf)
    table = checks.table()
    assert list(table.estimate) == ["1.030 ± 0.010", "0.000 (within 0.01)", "-inf"]
    assert list(table.verdict) == ["holds", "kept", "holds"]
    assert capsys.readouterr().out.startswith("one: 1.030 ± 0.010, exact 1.000")


def test_the_table_tells_limits_and_bounds_from_exact_values(capsys):
    checks = Checks(limits=("(5)",))
    checks.add("(1)", "one", 1.0, 1.0)
    checks.add("(5)", "two", 1.0, 1.0)
    checks.add("(5)", "three", 1.0, 1.0, kind="bound")
    assert list(checks.table().kind) == ["exact", "limit", "bound"]
    assert capsys.readouterr().out.endswith("three: 1.000, bound 1.000\n")
