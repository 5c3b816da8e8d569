"""Noise that is not Gaussian: what direction a feature reads matters, drawn from saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .palette import BLUE, RED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw_directions(axes: Axes, table: pd.DataFrame) -> None:
    """RMI of linear features by their direction, under uniform and under Gaussian noise.

    Args:
        axes: where to draw.
        table: `angle` in radians, `uniform, gaussian` as they are known, `rmi, se` from draws.
    """
    degrees = np.degrees(table.angle)
    axes.plot(
        degrees, table.uniform, color=BLUE, label=r"$H(y) - \langle H(\nabla f\lambda)\rangle$"
    )
    axes.errorbar(
        degrees, table.rmi, 2 * table.se, fmt="o", color=BLUE, label="draws of uniform noise"
    )
    axes.plot(degrees, table.gaussian, color=RED, ls="--", label="Gaussian noise")
    axes.set(xlabel="direction of the feature (degrees)", ylabel=r"RMI $\tilde{I}$ (nats)")
    axes.set_xticks([0, 45, 90])
    # headroom for the legend
    low, high = table.gaussian.min(), table.uniform.max()
    axes.set_ylim(low - 0.1 * (high - low), high + 0.9 * (high - low))
    axes.legend(loc="upper center", handlelength=1.5)
