"""Fig. 2, drawn from its saved numbers: features compared by their RMI.

Each function draws one panel into the axes it is given; `draw_wave_packet_panels` arranges them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Each feature keeps its colour and its marker in every panel and explorer.
FEATURES = {
    "mean_field": ("mean field", "#E69F00", "s"),
    "amplitude_position": ("amplitude-weighted position", "#009E73", "^"),
    "intensity_position": ("intensity-weighted position", "#D55E00", "v"),
    "normalized_position": ("normalized position", "#CC79A7", "D"),
    "pca": ("PCA", "#0072B2", "o"),
}


def draw_field(axes: Axes, field: pd.DataFrame) -> None:
    """One sample of the field and the packet in it: columns `site`, `field`, `packet` (Fig. 2a)."""
    axes.plot(field.site, field.field, ".-", color="0.45", lw=0.6, ms=2.5, label="field $x_j$")
    axes.plot(field.site, field.packet, color="#0072B2", lw=1.4, label="wave packet")
    axes.set(xlabel="site $j$", ylabel="field $x_j$ (packet height = 1)")
    axes.set_xlim(field.site.min() - 1, field.site.max() + 1)
    axes.set_ylim(top=field.field.max() + 0.45)
    axes.legend(loc="upper left", ncols=2, handlelength=1.4, borderaxespad=0.3)


def draw_rmi(axes: Axes, table: pd.DataFrame) -> None:
    """RMI of each feature against the noise, with two standard errors (Fig. 2b).

    The corrected estimate is the line with its error bars, the paper's histogram the open circles.
    """
    for name, (label, colour, marker) in FEATURES.items():
        rows = table[(table.feature == name) & (table.estimator == "corrected")]
        axes.errorbar(
            rows.noise, rows.rmi, 2 * rows.rmi_se, color=colour, marker=marker, ms=2.8, label=label
        )
    rows = table[table.estimator == "histogram"]
    circle: dict[str, Any] = {"mfc": "none", "mec": "0.3", "mew": 0.4, "ms": 5, "alpha": 0.6}
    axes.plot(rows.noise, rows.rmi, "o", **circle, label="histogram, as in the paper", zorder=3)
    axes.set(xlabel=r"field noise $\sqrt{\langle\xi_j^2\rangle}$", ylabel=r"RMI $\tilde{I}$ (nats)")


def draw_entropy(axes: Axes, table: pd.DataFrame) -> None:
    """Entropy H(f(x)) of the same features: it depends on their scale (inset of Fig. 2b)."""
    for name, (_, colour, _) in FEATURES.items():
        rows = table[(table.feature == name) & (table.estimator == "corrected")]
        axes.plot(rows.noise, rows.entropy, color=colour, lw=0.9)
    axes.set_ylabel("$H(f(x))$ (nats)", fontsize=6, labelpad=1)
    axes.tick_params(labelsize=6, pad=1.5)


def draw_wave_packet_panels(field: pd.DataFrame, table: pd.DataFrame) -> Figure:
    """Panels a and b side by side at two-column width."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 3.0))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.45])
    draw_field(left, field)
    draw_rmi(right, table)
    right.set_ylim(bottom=table.rmi.min() - 1.8)  # room for the inset under the curves
    draw_entropy(right.inset_axes((0.6, 0.085, 0.385, 0.32)), table)
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, columnspacing=1.2)
    for axes, letter in ((left, "a"), (right, "b")):
        axes.text(0, 1.02, letter, transform=axes.transAxes, fontsize=9, fontweight="bold")
    return figure
