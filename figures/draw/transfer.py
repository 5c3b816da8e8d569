"""What a feature is worth to a regressor, and a filter for patches, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import style
from .palette import BLUE, FEATURES, RED
from .panels import row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_errors(axes: Axes, table: pd.DataFrame) -> None:
    """Error of a regressor that sees one feature alone against that feature's RMI.

    Args:
        axes: where to draw.
        table: `feature, rmi, rmi_se, error, error_se`, the features those of the palette.
    """
    for row in table.itertuples():
        look = FEATURES[row.feature]
        axes.errorbar(
            [row.rmi], [row.error], 2 * row.error_se, 2 * row.rmi_se,
            fmt=look.marker, color=look.colour, label=look.label,
        )  # fmt: skip
    axes.set(xlabel=r"RMI $\tilde{I}$ (nats)", ylabel="error of the position (sites)")
    axes.set_ylim(0, 1.9 * table.error.max())  # room for the legend
    axes.legend(loc="upper right", handletextpad=0.2)


def draw_filter(axes: Axes, table: pd.DataFrame, side: int) -> None:
    """Weights of a filter along the rows of its patch, and the patches' leading eigenvector.

    Args:
        axes: where to draw.
        table: `found, exact`, (side²) rows, unit vectors of the same sign.
        side: of the patch.
    """
    place = np.arange(len(table))
    axes.plot(place, table.exact, color=RED, lw=0.9, label="leading eigenvector")
    axes.plot(place, table.found, "o", color=BLUE, label="filter")
    for edge in np.arange(side, len(table), side):
        axes.axvline(edge - 0.5, color="0.8", lw=0.6, zorder=0)
    axes.set(xlabel="site of a patch, row by row", ylabel="weight")
    axes.set_ylim(0, 1.6 * table.exact.max())  # room for the legend
    axes.legend(loc="upper center", ncols=2, columnspacing=1)


def draw_figure(errors: pd.DataFrame, weights: pd.DataFrame, side: int) -> Figure:
    """Both side by side."""
    figure, (left, right) = row_of_panels(style.TWO_COLUMN_WIDTH, 2.4, 2)
    draw_errors(left, errors)
    draw_filter(right, weights, side)
    return figure
