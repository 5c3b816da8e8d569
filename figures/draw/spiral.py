"""The spiral, drawn from saved numbers: features in the plane, and ascents towards them (Fig. 3).

Each function draws one panel into the axes it is given. Arrays over the plane have axes (x₁, x₂).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LEVELS = np.linspace(0, 1, 27)[1:-1]  # 25 contours, as in the paper: the same probability between


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
