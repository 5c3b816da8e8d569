"""Fig. 2, arranged from the panels of its two systems: features compared by their RMI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import liquid_drop, style, wave_packet
from .panels import draw_entropy, draw_letter

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure


def draw_figure(
    field: pd.DataFrame,
    table: pd.DataFrame,
    drops: pd.DataFrame,
    curves: Mapping[str, pd.DataFrame],
) -> Figure:
    """The four panels at two-column width, from figure_2a.csv, 2b, 2c and a 2d for each preset."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 5.9))
    panels = figure.subplots(2, 2, width_ratios=[1, 1.45])
    (left, right), (drawn, compared) = panels
    wave_packet.draw_field(left, field)
    wave_packet.draw_rmi(right, table)
    right.set_ylim(bottom=table.rmi.min() - 1.8)  # room for the inset under the curves
    inset = right.inset_axes((0.6, 0.085, 0.385, 0.32))
    draw_entropy(inset, table, wave_packet.FEATURES, against="noise")
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, columnspacing=1.2)
    liquid_drop.draw_drops(drawn, drops)
    liquid_drop.draw_rmi(compared, curves)
    inset = compared.inset_axes((0.6, 0.085, 0.385, 0.3))
    first = next(iter(curves.values()))
    draw_entropy(inset, first, liquid_drop.FEATURES, against="deformation")
    handles, labels = compared.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=3, columnspacing=1.2)
    for axes, letter in zip(panels.flat, "abcd", strict=True):
        draw_letter(axes, letter)
    return figure


def crossing(table: pd.DataFrame, against: str, *, overtaken: str, by: str) -> float:
    """Where one feature's accurate RMI overtakes another's, between two rows; nan if nowhere.

    Args:
        table: as `figure_2b.csv` or `figure_2d.csv` has it.
        against: the column of the horizontal axis.
        overtaken: the feature that leads at the left end.
        by: the one that leads further right.
    """
    rows = table[table.estimator == "corrected"]
    curves = rows.pivot(index=against, columns="feature", values="rmi")
    lead = (curves[by] - curves[overtaken]).to_numpy()
    i = int(np.argmax(lead > 0))
    if i == 0:
        return float("nan")
    return float(np.interp(0, lead[i - 1 : i + 1], curves.index[i - 1 : i + 1]))
