"""Fig. 3, drawn from its saved numbers: the feature that networks found, and how far they agree.

Each function draws one panel into the axes it is given; `draw_panels` arranges them, and
`draw_later` those beyond the paper. Arrays over the plane have axes (x₁, x₂).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEVELS = np.linspace(0, 1, 27)[1:-1]  # 25 contours, as in the paper: the same probability between
REACH = 2.6  # of the pictures of lanes, which lie where P_x does


def draw_feature(
    axes: Axes, x: np.ndarray, density: np.ndarray, feature: np.ndarray, *, linewidth: float = 0.8
) -> None:
    """Contours of a feature in the uniform gauge atop P_x (Figs. 3a and 3b)."""
    _draw_density(axes, x, density)
    # A contour every 1/26 of the probability: their distance says how well y resolves x there.
    axes.contour(x, x, feature.T, LEVELS, cmap="viridis", linewidths=linewidth)
    _label_plane(axes)


def draw_spread(axes: Axes, x: np.ndarray, density: np.ndarray, spread: np.ndarray) -> Any:
    """Standard deviation of the feature over runs, with outlines of P_x (Fig. 3c).

    Returns:
        The image, for a colour bar.
    """
    image = axes.imshow(spread.T, origin="lower", extent=_extent(x), cmap="viridis", vmin=0)
    outlines = density.max() * np.array([0.01, 0.1, 0.5])
    axes.contour(x, x, density.T, outlines, colors="white", linewidths=0.5)
    _label_plane(axes)
    return image


def draw_ascents(axes: Axes, table: pd.DataFrame) -> None:
    """RMI on the lattice against the step, a line for each run (Fig. 3d).

    Args:
        axes: Where to draw.
        table: Columns `run`, `step`, `rmi`.
    """
    for _, rows in table.groupby("run"):
        axes.plot(rows.step, rows.rmi, lw=0.4, alpha=0.7)
    axes.set(xlabel="step", ylabel=r"RMI $\tilde{I}$ (nats)")
    axes.margins(x=0.01)


def draw_panels(arrays: Mapping[str, np.ndarray], ascents: pd.DataFrame) -> Figure:
    """All four panels at two-column width, from `figure_3.npz` and `figure_3d.csv`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 3.5))
    axes = figure.subplot_mosaic([["a", "b", "c"], ["a", "d", "d"]], width_ratios=[2.1, 1, 1])
    x, density = arrays["x"], arrays["density"]
    draw_feature(axes["a"], x, density, arrays["mean"], linewidth=1.0)
    draw_feature(axes["b"], x, density, arrays["single"], linewidth=0.5)
    image = draw_spread(axes["c"], x, density, arrays["std"])
    figure.colorbar(image, ax=axes["c"], shrink=0.75, aspect=14, label=r"std of $\hat{y}$")
    draw_ascents(axes["d"], ascents)
    for letter, panel in axes.items():
        _letter(panel, letter)
    return figure


def draw_later(arrays: Mapping[str, np.ndarray], table: pd.DataFrame) -> Figure:
    """What happens when the ascent goes on: two states of one run, and held-out RMI by step.

    Args:
        arrays: `x`, `density`, and the features `early` and `late`.
        table: Columns `protocol`, `step`, `run`, `rmi`, `rmi_se`, all on samples never seen.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.3))
    axes = figure.subplot_mosaic([["a", "b", "c"]], width_ratios=[1, 1, 1.15])
    for letter, name in (("a", "early"), ("b", "late")):
        draw_feature(axes[letter], arrays["x"], arrays["density"], arrays[name], linewidth=0.6)
        axes[letter].set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    for (protocol, colour), marker in zip((("paper", "C1"), ("accurate", "C0")), "so", strict=True):
        rows = table[table.protocol == protocol]
        error: dict[str, Any] = {
            "fmt": marker,
            "color": colour,
            "ms": 2.5,
            "alpha": 0.8,
            "label": protocol,
        }
        axes["c"].errorbar(rows.step, rows.rmi, 2 * rows.rmi_se, **error)
    axes["c"].set(xlabel="step", ylabel=r"held-out RMI $\tilde{I}$ (nats)")
    axes["c"].legend(loc="upper left")
    for letter, panel in axes.items():
        _letter(panel, letter)
    return figure


def _draw_density(axes: Axes, x: np.ndarray, density: np.ndarray) -> None:
    axes.imshow(
        density.T, origin="lower", extent=_extent(x), cmap="BrBG_r", interpolation="bilinear"
    )


def _extent(x: np.ndarray) -> tuple[float, float, float, float]:
    """The edges of the pixels whose centres are the lattice's points."""
    half = (x[1] - x[0]) / 2
    return (x[0] - half, x[-1] + half, x[0] - half, x[-1] + half)


def _label_plane(axes: Axes) -> None:
    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    axes.set(xticks=[-4, -2, 0, 2, 4], yticks=[-4, -2, 0, 2, 4])


def _letter(axes: Axes, letter: str) -> None:
    axes.text(0, 1.02, letter, transform=axes.transAxes, fontsize=9, fontweight="bold")
