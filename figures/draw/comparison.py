"""Features compared, as bars: the picture of the quickstart's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import palette, style
from .panels import row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AHEAD, WORSE = palette.BLUE, "0.7"


def draw_comparison(axes: Axes, table: pd.DataFrame) -> None:
    """A bar for each feature, in the table's order from the top, with its 95 % interval.

    Features that are not told apart from the best are blue, those that are worse grey. How far
    these are behind stands on the right, with its paired standard error.

    Args:
        axes: Where to draw.
        table: Columns `feature`, `rmi`, `se`, `behind`, `behind_se`, `verdict`; finite numbers.

    Example:
        >>> import pandas as pd
        >>> from matplotlib.figure import Figure
        >>> from figures.draw.comparison import draw_comparison
        >>> columns = ["feature", "rmi", "se", "behind", "behind_se", "verdict"]
        >>> rows = [["angle", 1.9, 0.01, 0, 0, "best"], ["radius", 0.9, 0.01, 1, 0.02, "worse"]]
        >>> axes = Figure().subplots()
        >>> draw_comparison(axes, pd.DataFrame(rows, columns=columns))
        >>> [bar.get_width() for bar in axes.patches]
        [np.float64(1.9), np.float64(0.9)]
    """
    place = np.arange(len(table))
    colours = [WORSE if verdict == "worse" else AHEAD for verdict in table.verdict]
    axes.barh(place, table.rmi, 0.7, color=colours)
    axes.errorbar(table.rmi, place, xerr=1.96 * table.se, fmt="none", ecolor="black", capsize=2)
    axes.axvline(0, color="black", lw=0.6)
    axes.set_yticks(place, table.feature)
    axes.invert_yaxis()
    axes.set(xlabel=r"RMI $\tilde{I}$ (nats)")
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for y, row in enumerate(table.itertuples()):
        behind = f"−{row.behind:.3f} ± {row.behind_se:.3f}"
        behind = behind if row.verdict == "worse" else row.verdict
        axes.text(1.02, y, behind, transform=axes.get_yaxis_transform(), va="center")


def draw_figure(table: pd.DataFrame) -> Figure:
    """The bars at the width of one column; the table as `draw_comparison` takes it."""
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 1.9)
    draw_comparison(axes, table)
    return figure
