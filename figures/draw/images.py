"""Features of images, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import palette

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw_blob(axes: Axes, table: pd.DataFrame, exact: pd.DataFrame, bound: float) -> None:
    """RMI of centroids against the power of the pixels, with what else was tried as levels.

    Args:
        axes: to draw into.
        table: `feature, power, rmi, se`, the power nan for what is no centroid; a feature's look
            is that of its name in the palette, in small letters.
        exact: `power, rmi`, of the centroids.
        bound: the most that two components can hold.
    """
    centroids, others = table[table.power.notna()], table[table.power.isna()]
    axes.axhline(bound, color="0.3", ls="--", lw=0.8, label="bound")
    axes.plot(exact.power, exact.rmi, color=palette.RED, lw=0.9)
    axes.errorbar(
        centroids.power, centroids.rmi, 2 * centroids.se,
        fmt="v", color=palette.RED, label="centroid of $x^q$",
    )  # fmt: skip
    for place, row in enumerate(others.itertuples(), start=1):
        _, colour, marker = palette.FEATURES[row.feature.lower()]
        axes.axhline(row.rmi, color=colour, lw=0.9)
        axes.errorbar(
            [table.power.max() + 0.3 * place], [row.rmi], [2 * row.se],
            fmt=marker, color=colour, label=row.feature,
        )  # fmt: skip
    axes.set(xlabel="power $q$", ylabel=r"RMI $\tilde{I}$ (nats)", ylim=(0, 1.1 * bound))
    axes.legend(loc="center right", bbox_to_anchor=(1, 0.52), ncols=2, columnspacing=1)
