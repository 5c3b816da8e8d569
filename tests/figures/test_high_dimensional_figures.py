"""The drawing of the notebook on high dimension: all that is in the tables is in the pictures."""

import numpy as np
import pandas as pd
import pytest

from figures import style
from figures.draw import high_dimensional


def test_every_fit_has_its_error_bar_and_its_time():
    table = pd.DataFrame(
        [
            [kind, K, estimator, 0.01 * K, 0.01, 2.0 * K]
            for kind in ("spirals", "bananas")
            for estimator, sizes in (("Eq. (8)", (1, 2, 10)), ("flows", (10,)))
            for K in sizes
        ],
        columns=["kind", "K", "estimator", "error", "se", "time"],
    )
    with style.paper():
        errors, times = high_dimensional.draw_errors(table).axes
    assert len(errors.containers) == 4
    drawn = [list(line.get_ydata()) for line in times.lines if len(line.get_ydata())]
    assert drawn == [[2, 4, 20], [20]] * 2
    assert [text.get_text() for text in errors.get_legend().get_texts()] == ["spirals", "bananas"]
    for axes in (errors, times):
        assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "10"]


def test_a_ring_is_round_the_largest_rmi_of_each_noise():
    of_fit = ((0.1, [1.0, 3.0, 2.0]), (0.3, [1.0, 2.0, 2.5]))
    table = pd.DataFrame(
        [
            [features, noise, K, rmi, 0.01, rmi + 0.1 if K > 2 else np.nan, 0.02]
            for features, curves in (("fit and noise", of_fit), ("components", of_fit[:1]))
            for noise, values in curves
            for K, rmi in enumerate(values, start=1)
        ],
        columns=["features", "noise", "K", "rmi", "se", "bound", "bound_se"],
    )
    with style.paper():
        figure = high_dimensional.draw_collective(table, np.arange(3), np.full(3, 3.5))
    left, right = figure.axes
    for axes, best, at_most in (
        (left, [[2, 3.0], [3, 2.5]], [2.1, 2.6]),
        (right, [[2, 3.0]], [2.1]),
    ):
        rings = [line.get_xydata()[0] for line in axes.lines if line.get_markersize() == 11]
        assert np.asarray(rings) == pytest.approx(np.array(best))
        bounds = [line.get_ydata() for line in axes.lines if line.get_markerfacecolor() == "white"]
        assert [y[-1] for y in bounds if len(y)] == pytest.approx(at_most)
    assert [axes.get_title() for axes in (left, right)] == ["fit and noise", "components"]


def test_usefulness_has_a_marker_for_every_feature_and_level_and_larger_ones_for_more():
    table = pd.DataFrame(
        {
            "level": [0.1, 0.1, 0.4, 0.4],
            "feature": ["PCA", "quadrupole"] * 2,
            "rmi": [1.0, 2.0, 3.0, 4.0],
            "error": [0.4, 0.3, 0.2, 0.1],
        }
    )
    with style.paper():
        (axes,) = high_dimensional.draw_usefulness({"error": (table, "all")}).axes
    found = [c for c in axes.collections if len(c.get_offsets())]
    drawn = {
        tuple(at): size
        for c in found
        for at, size in zip(c.get_offsets(), c.get_sizes(), strict=True)
    }
    assert set(drawn) == set(zip(table.rmi, table.error, strict=True))
    assert drawn[1.0, 0.4] < drawn[3.0, 0.2]
