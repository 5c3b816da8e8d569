"""Fig. 3, arranged from the panels of the spiral: what networks found, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import style
from .panels import draw_letter
from .spiral import draw_ascents, draw_feature, draw_spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure


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
        draw_letter(panel, letter)
    return figure
