"""Chaos: how fast a reading of now stops telling of later, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .palette import SERIES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw_fall(axes: Axes, table: pd.DataFrame) -> None:
    """RMI since the first time against time, each system's in units of its own exponent.

    Args:
        axes: where to draw.
        table: `system, time, exponent, rmi, se`, the times of a system rising.
    """
    longest = 0.0
    for (system, rows), (colour, marker) in zip(
        table.groupby("system", sort=False), SERIES, strict=False
    ):
        elapsed = rows.exponent * (rows.time - rows.time.iloc[0])
        longest = max(longest, elapsed.max())
        axes.errorbar(
            elapsed, rows.rmi - rows.rmi.iloc[0], 2 * rows.se,
            fmt=marker, color=colour, label=system,
        )  # fmt: skip
    ends = np.array([0, longest])
    axes.plot(ends, -ends, color="0.5", lw=0.8, zorder=0, label=r"$-\lambda\tau$")
    axes.set(xlabel=r"Lyapunov exponent × time, $\lambda\tau$")
    axes.set(ylabel=r"$\tilde{I}$ since the first (nats)")
    axes.legend(handlelength=1)
