"""The wave packet, drawn from saved numbers: a field, and features compared (Fig. 2a and b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import palette
from .panels import accurate

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FEATURES = {
    name: palette.FEATURES[name]
    for name in (
        "mean_field", "amplitude_position", "intensity_position", "normalized_position", "pca"
    )
}  # fmt: skip


def draw_field(axes: Axes, field: pd.DataFrame, *, legend: bool = True) -> None:
    """One sample of the field and the packet in it: columns `site`, `field`, `packet` (Fig. 2a)."""
    axes.plot(field.site, field.field, ".-", color="0.45", lw=0.6, ms=2.5, label="field $x_j$")
    axes.plot(field.site, field.packet, color=palette.BLUE, lw=1.4, label="wave packet")
    axes.set(xlabel="site $j$", ylabel="field $x_j$ (packet height = 1)")
    axes.set_xlim(field.site.min() - 1, field.site.max() + 1)
    axes.set_ylim(top=field.field.max() + 0.45)
    if legend:
        axes.legend(loc="upper left", ncols=2, handlelength=1.4, borderaxespad=0.3)


def draw_rmi(axes: Axes, table: pd.DataFrame) -> None:
    """RMI of each feature against the noise, with two standard errors (Fig. 2b).

    The accurate estimate is the line with its error bars, the paper's histogram the open circles.
    """
    for name, (label, colour, marker) in FEATURES.items():
        rows = accurate(table, name)
        axes.errorbar(
            rows.noise, rows.rmi, 2 * rows.rmi_se, color=colour, marker=marker, ms=2.8, label=label
        )
    rows = table[table.estimator == "histogram"]
    axes.plot(rows.noise, rows.rmi, "o", **palette.HISTOGRAM, zorder=3)
    axes.set(xlabel=r"field noise $\sqrt{\langle\xi_j^2\rangle}$", ylabel=r"RMI $\tilde{I}$ (nats)")
