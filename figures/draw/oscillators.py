"""The quantum chain: how close ascents come to the softest modes, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .palette import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes


def draw_ascents(axes: Axes, table: pd.DataFrame, exact: Mapping[int, float]) -> None:
    """RMI during ascents of K linear components, and what the K softest modes hold.

    Args:
        axes: where to draw.
        table: `K, step, rmi`.
        exact: Ĩ of the softest modes, by K.
    """
    for (components, rows), (colour, _) in zip(table.groupby("K"), SERIES, strict=False):
        axes.plot(rows.step, rows.rmi, color=colour, lw=0.6, label=f"$K = {components}$")
        axes.axhline(exact[int(components)], color=colour, ls="--", lw=0.8)
    axes.plot([], [], color="0.3", ls="--", lw=0.8, label="softest modes")
    axes.set(xlabel="step", ylabel=r"RMI $\tilde{I}$ (nats)")
    # headroom for the legend
    axes.set_ylim(top=1.3 * max(exact.values()))
    axes.legend(loc="upper center", ncols=2, handlelength=1.5)
