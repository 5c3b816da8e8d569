"""Collective variables of molecules in the plane, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw_directions(axes: Axes, table: pd.DataFrame) -> None:
    """RMI of straight coordinates against their angle; a large ring is where PCA points.

    Args:
        axes: to draw into.
        table: `system, pca, angle, exact, rmi, se`, with pca true where PCA points.
    """
    systems = zip(table.groupby("system", sort=False), palette.SERIES, strict=False)
    for (name, rows), (colour, marker) in systems:
        rows = rows.sort_values("angle")
        axes.plot(np.degrees(rows.angle), rows.exact, color=colour, lw=0.9)
        axes.errorbar(
            np.degrees(rows.angle), rows.rmi, 2 * rows.se, fmt=marker, color=colour, label=name
        )
        pca = rows[rows.pca]
        axes.plot(np.degrees(pca.angle), pca.exact, "o", ms=9, mfc="none", mec=colour, mew=0.9)
    axes.plot([], [], "o", ms=9, mfc="none", mec="0.3", mew=0.9, label="PCA")
    low, high = axes.get_ylim()
    axes.set(ylim=(low, high + 0.35 * (high - low)))  # room for the legend
    axes.set(xlabel="direction (degrees)", ylabel=r"RMI $\tilde{I}$ (nats)")
    axes.set_xticks([0, 45, 90, 135, 180])
    axes.legend(loc="upper center", ncols=3, columnspacing=1, handletextpad=0.4)
