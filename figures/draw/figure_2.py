"""Fig. 2, arranged from the panels of its two systems: features compared by their RMI."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import liquid_drop, style, wave_packet
from .panels import draw_entropy, draw_letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class Crossing(NamedTuple):
    """Where one curve overtakes another."""

    place: float  # of the straight line between two rows
    se: float  # its standard error
    bent: float  # the place on a smooth curve through all rows


def crossing(
    table: pd.DataFrame,
    against: str,
    *,
    overtaken: str,
    by: str,
    errors: Sequence[float] | None = None,
) -> Crossing:
    """Where one feature's accurate RMI overtakes another's, between two rows; nan if nowhere.

    The difference of the two is a straight line between rows, and so is its standard error, as if
    the errors of both rows went the same way, which is no less than where they do not.
    The error of the place is that of the difference there, over the slope. What the straight line
    costs shows beside a monotone cubic through all rows.

    Args:
        table: as `figure_2b.csv` or `figure_2d.csv` has it.
        against: the column of the horizontal axis.
        overtaken: the feature that leads at the left end.
        by: the one that leads further right.
        errors: standard errors of the difference, one for each value of the horizontal axis: paired
            ones where both features saw the same samples. By default those of the table, taken for
            independent.
    """
    from scipy.interpolate import PchipInterpolator

    rows = table[(table.estimator == "corrected") & table.feature.isin([overtaken, by])]
    curves = rows.pivot(index=against, columns="feature", values=["rmi", "rmi_se"])
    lead = (curves.rmi[by] - curves.rmi[overtaken]).to_numpy()
    independent = np.hypot(curves.rmi_se[by], curves.rmi_se[overtaken])
    error = np.asarray(independent if errors is None else errors)
    i = int(np.argmax(lead > 0))
    if i == 0:
        return Crossing(float("nan"), float("nan"), float("nan"))
    before, after = curves.index[i - 1 : i + 1]
    place = np.interp(0, lead[i - 1 : i + 1], [before, after])
    slope = (lead[i] - lead[i - 1]) / (after - before)
    se = np.interp(place, curves.index, error) / slope
    roots = PchipInterpolator(curves.index, lead).roots(extrapolate=False)
    bent = roots[(before <= roots) & (roots <= after)][0]
    return Crossing(float(place), float(se), float(bent))
