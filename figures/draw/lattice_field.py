"""The lattice field: what features hold in each phase, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .palette import BLUE, GREEN, ORANGE, PINK, RED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS = {
    "PCA": (RED, "s"),
    "m": (BLUE, "."),
    "|m|": (ORANGE, "v"),
    "bonds": (PINK, "D"),
    "staggered": (GREEN, "^"),
}


def draw_phases(axes: Axes, table: pd.DataFrame, critical: float) -> None:
    """RMI of features against the hopping; full markers for the largest lattice, empty for others.

    Args:
        axes: where to draw.
        table: `sides, hopping, feature, rmi, se`, the features those of `LOOKS`.
        critical: the hopping where the phases meet.
    """
    for (sides, feature), rows in table.groupby(["sides", "feature"], sort=False):
        colour, marker = LOOKS[feature]
        largest = sides == table.sides.max()
        axes.errorbar(
            rows.hopping, rows.rmi, 2 * rows.se, color=colour, marker=marker, lw=0.8,
            zorder=3 if feature == "m" else 2,
            ls="-" if largest else ":", mfc=colour if largest else "white",
            label=feature if largest else None,
        )  # fmt: skip
    axes.axvline(critical, color="0.6", lw=0.8, zorder=0)
    axes.set(xlabel=r"hopping $\kappa$", ylabel=r"RMI $\tilde{I}$ (nats)")
    # headroom for the legend
    axes.set_ylim(top=1.4 * table.rmi.max())
    axes.legend(loc="upper left", ncols=3, handlelength=1, columnspacing=0.8)
