"""Panels of chaos, lattice field, quantum chain and detectors: all that is in their tables."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from figures import style
from figures.draw import chaos, detectors, lattice_field, layers, oscillators, transfer
from figures.draw.panels import one_column, small_multiples


def points_of(axes, colour=None):
    lines = [line for line in axes.lines if colour is None or to_hex(line.get_color()) == colour]
    drawn = [line.get_xydata() for line in lines if line.get_marker() not in ("None", "", "_", "|")]
    return np.concatenate([xy for xy in drawn if len(xy)])


def test_every_fall_begins_at_zero_in_units_of_its_exponent():
    rows = [("a", 1.0, 2.0, 5.0, 0.1), ("a", 3.0, 2.0, 1.0, 0.1), ("b", 2.0, 0.5, 1.0, 0.1)]
    table = pd.DataFrame(rows, columns=["system", "time", "exponent", "rmi", "se"])
    with style.paper():
        (axes,) = one_column(chaos.draw_fall, table).axes
    assert sorted(map(tuple, points_of(axes))) == [(0, 0), (0, 0), (4, -4)]


def test_every_size_and_feature_has_its_curve_and_the_largest_its_name():
    rows = [
        (L, k, name, L * k + i, 0.1)
        for L in (8, 16)
        for k in (0.1, 0.2)
        for i, name in enumerate(lattice_field.LOOKS)
    ]
    table = pd.DataFrame(rows, columns=["sides", "hopping", "feature", "rmi", "se"])
    with style.paper():
        (axes,) = one_column(lattice_field.draw_phases, table, 0.15).axes
    assert len(axes.containers) == 2 * len(lattice_field.LOOKS)
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == list(lattice_field.LOOKS)
    colours, markers = zip(*lattice_field.LOOKS.values(), strict=True)
    assert len(set(colours)) == len(set(markers)) == len(names)


def test_each_ascent_has_its_line_to_reach():
    table = pd.DataFrame({"K": [1, 1, 2, 2], "step": [0, 1, 0, 1], "rmi": [0.0, 1.0, 2.0, 3.0]})
    with style.paper():
        (axes,) = one_column(oscillators.draw_ascents, table, {1: 1.5, 2: 3.5}).axes
    drawn = [list(line.get_ydata()) for line in axes.lines if len(line.get_ydata())]
    assert drawn == [[0, 1], [1.5, 1.5], [2, 3], [3.5, 3.5]]


def test_directions_are_told_in_degrees():
    table = pd.DataFrame(
        {"angle": [0, np.pi / 2], "uniform": 1.6, "gaussian": 1.4, "rmi": [1.59, 1.61], "se": 0.01}
    )
    with style.paper():
        (axes,) = one_column(detectors.draw_directions, table).axes
    assert np.allclose(points_of(axes), [[0, 1.59], [90, 1.61]])


def test_each_layer_has_its_points_and_the_first_its_line():
    rows = [(e, name, i + e, 0.1, -i, 9.0) for e in (0, 1) for i, name in enumerate(layers.LOOKS)]
    table = pd.DataFrame(rows, columns=["epoch", "layer", "rmi", "se", "entropy", "exact"])
    with style.paper():
        rmi, entropy = layers.draw_figure(table).axes
    assert sorted(map(tuple, points_of(rmi))) == sorted(
        (e, i + e) for e in (0, 1) for i in range(4)
    )
    assert [9.0, 9.0] in [list(line.get_ydata()) for line in rmi.lines]
    drawn = [list(line.get_ydata()) for line in entropy.lines]
    assert drawn == [[-i, -i] for i in range(4)]


def test_a_useful_feature_has_its_place_and_a_filter_its_eigenvector():
    errors = pd.DataFrame(
        [("pca", 1.0, 0.1, 3.0, 0.2), ("mean_field", -1.0, 0.1, 9.0, 0.2)],
        columns=["feature", "rmi", "rmi_se", "error", "error_se"],
    )
    weights = pd.DataFrame({"found": [0.4, 0.5, 0.5, 0.6], "exact": 0.5})
    with style.paper():
        left, right = transfer.draw_figure(errors, weights, 2).axes
    assert sorted(map(tuple, points_of(left))) == [(-1, 9), (1, 3)]
    assert list(points_of(right)[:, 1]) == [0.4, 0.5, 0.5, 0.6]


def test_the_outlook_has_a_titled_panel_for_each_system_and_no_other():
    weights = pd.DataFrame({"found": [0.4, 0.5, 0.5, 0.6], "exact": 0.5})
    panels = dict.fromkeys("abc", (transfer.draw_filter, weights, 2))
    with style.paper():
        axes = small_multiples(panels).axes
    assert [a.get_title(loc="left") for a in axes if a.has_data()] == ["a", "b", "c"]
    assert len(axes) == 3
