"""The panels of the notebook on what else could be asked, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import style

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from matplotlib.figure import Figure

COLUMNS = 2


def draw_figure(panels: Mapping[str, tuple[Any, ...]]) -> Figure:
    """Small multiples, two in a row.

    Args:
        panels: by title, the function that draws into axes, and its other arguments.
    """
    from matplotlib.figure import Figure

    rows = -(-len(panels) // COLUMNS)
    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.3 * rows))
    for place, (title, (draw, *numbers)) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(rows, COLUMNS, place)
        draw(axes, *numbers)
        axes.set_title(title, loc="left")
    return figure
