"""What the layers of a network know while it learns, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import style
from .palette import BLACK, BLUE, GREEN, RED
from .panels import row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {
    "linear": (BLUE, "o"),
    "tanh": (RED, "s"),
    "second": (GREEN, "^"),
    "output": (BLACK, "D"),
}


def draw_layers(axes: Axes, table: pd.DataFrame) -> None:
    """RMI of layers against the epoch, and what is known of the first.

    Args:
        axes: where to draw.
        table: `epoch, layer, rmi, se, exact`, the layers those of `LOOKS`.
    """
    for layer, rows in table.groupby("layer", sort=False):
        colour, marker = LOOKS[layer]
        # of two that are alike, the larger one lies behind
        size = 6 if layer in ("linear", "second") else 3
        axes.errorbar(
            rows.epoch, rows.rmi, 2 * rows.se,
            fmt=marker, ms=size, color=colour, mfc="white", label=layer,
        )  # fmt: skip
    known = table[table.layer == "linear"]
    axes.plot(known.epoch, known.exact, color="0.3", lw=0.8, zorder=0, label="exact")
    axes.set(xlabel="epoch", ylabel=r"RMI $\tilde{I}$ (nats)")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.3 * (high - low))  # room for the legend
    axes.legend(loc="upper center", ncols=3, handlelength=1, columnspacing=0.8)


def draw_entropies(axes: Axes, table: pd.DataFrame) -> None:
    """Entropy of layers against the epoch.

    Args:
        axes: where to draw.
        table: `epoch, layer, entropy`, the layers those of `LOOKS`.
    """
    for layer, rows in table.groupby("layer", sort=False):
        colour, marker = LOOKS[layer]
        axes.plot(rows.epoch, rows.entropy, color=colour, marker=marker, lw=0.9)
    axes.set(xlabel="epoch", ylabel="entropy $H(y)$ (nats)")


def draw_figure(table: pd.DataFrame) -> Figure:
    """RMI and entropy side by side."""
    figure, (rmi, entropy) = row_of_panels(style.TWO_COLUMN_WIDTH, 2.4, 2)
    draw_layers(rmi, table)
    draw_entropies(entropy, table)
    return figure
