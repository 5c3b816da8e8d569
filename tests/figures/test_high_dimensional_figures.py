"""The drawing of the notebook on high dimension: all that is in the tables is in the pictures."""

import numpy as np
import pandas as pd
import pytest

from figures import style
from figures.draw import high_dimensional


def test_every_fit_has_its_error_bar_and_its_time():
    table = pd.DataFrame(
        [
            [kind, K, reference, 0.01 * K, 0.01, 2.0 * K]
            for kind in ("spirals", "bananas")
            for reference in ("Gaussian", "mixture")
            for K in (1, 2, 10)
        ],
        columns=["kind", "K", "reference", "error", "se", "time"],
    )
    with style.paper():
        errors, times = high_dimensional.draw_errors(table).axes
    assert len(errors.containers) == 4
    drawn = [line.get_ydata() for line in times.lines if len(line.get_ydata())]
    assert np.allclose(drawn, [[2, 4, 20]] * 4)
    assert [text.get_text() for text in errors.get_legend().get_texts()] == ["spirals", "bananas"]
    for axes in (errors, times):
        assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "10"]


def test_a_ring_is_round_the_largest_rmi_of_each_noise():
    table = pd.DataFrame(
        [
            [features, noise, K, rmi, 0.01, rmi - 0.1]
            for features in ("fit and noise", "principal components")
            for noise, values in ((0.1, [1.0, 3.0, 2.0]), (0.3, [1.0, 2.0, 2.5]))
            for K, rmi in enumerate(values, start=1)
        ],
        columns=["features", "noise", "K", "rmi", "se", "neighbours"],
    )
    bounds = {0.1: np.full(3, 3.5), 0.3: np.full(3, 3.0)}
    with style.paper():
        left, right = high_dimensional.draw_collective(table, np.arange(3), bounds).axes
    for axes in (left, right):
        rings = [line.get_xydata()[0] for line in axes.lines if line.get_markersize() == 11]
        assert np.asarray(rings) == pytest.approx(np.array([[2, 3.0], [3, 2.5]]))
        checks = [line.get_ydata() for line in axes.lines if line.get_markerfacecolor() == "white"]
        assert np.allclose([y for y in checks if len(y)], [[0.9, 2.9, 1.9], [0.9, 1.9, 2.4]])
    assert [axes.get_title() for axes in (left, right)] == ["fit and noise", "principal components"]


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
