"""Features compared, as dots on a line: the picture of the quickstart's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import palette, style
from .panels import row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AHEAD, WORSE = palette.BLUE, "0.5"


def draw_comparison(axes: Axes, table: pd.DataFrame) -> None:
    """A dot for each feature, in the table's order from the top, with its 95 % interval.

    No bars, which would measure from zero: only differences of RMI mean something. Features that
    are not told apart from the best are blue, those that are worse grey. How far these are behind
    stands on the right, with its paired standard error.

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
        >>> [float(dot.get_xdata()[0]) for dot in axes.lines if dot.get_marker() == "o"]
        [1.9, 0.9]
    """
    axes.set_yticks(np.arange(len(table)), table.feature)
    axes.invert_yaxis()
    axes.set(xlabel=r"RMI $\tilde{I}$ (nats), up to a constant")
    axes.grid(axis="y", color="0.9", lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for y, row in enumerate(table.itertuples()):
        colour = WORSE if row.verdict == "worse" else AHEAD
        axes.errorbar(row.rmi, y, xerr=1.96 * row.se, fmt="o", color=colour, capsize=2)
        behind = f"−{row.behind:.3f} ± {row.behind_se:.3f}"
        behind = behind if row.verdict == "worse" else row.verdict
        axes.text(1.02, y, behind, transform=axes.get_yaxis_transform(), va="center")


def draw_figure(table: pd.DataFrame) -> Figure:
    """The dots at the width of one column; the table as `draw_comparison` takes it."""
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 1.9)
    draw_comparison(axes, table)
    return figure
