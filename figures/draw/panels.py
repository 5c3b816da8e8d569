"""What pictures of several systems share: arrangements of panels, letters, curves of entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .palette import Look


def row_of_panels(
    width: float,
    height: float,
    columns: int = 1,
    *,
    width_ratios: Sequence[float] | None = None,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """A figure of that size in inches, and its panels from left to right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    panels = figure.subplots(1, columns, squeeze=False, width_ratios=width_ratios, sharey=sharey)
    return figure, list(panels[0])


def one_column(draw: Callable[..., None], *numbers: Any) -> Figure:
    """A figure of one panel, as wide as a column of the paper.

    Args:
        draw: of axes and the numbers, draws the panel.
        numbers: what it is drawn from.
    """
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 2.4)
    draw(axes, *numbers)
    return figure


def small_multiples(panels: Mapping[str, tuple[Any, ...]]) -> Figure:
    """A figure of many panels, two in a row.

    Args:
        panels: by title, the function that draws into axes, and its other arguments.
    """
    from matplotlib.figure import Figure

    rows = -(-len(panels) // 2)
    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.3 * rows))
    for place, (title, (draw, *numbers)) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(rows, 2, place)
        draw(axes, *numbers)
        axes.set_title(title, loc="left")
    return figure


def draw_letter(axes: Axes, letter: str) -> None:
    """The letter of a panel, above its upper left corner."""
    axes.text(0, 1.02, letter, transform=axes.transAxes, fontsize=9, fontweight="bold")


def accurate(table: pd.DataFrame, feature: str) -> pd.DataFrame:
    """A feature's rows by the accurate estimators, which the tables call "corrected"."""
    return table[(table.feature == feature) & (table.estimator == "corrected")]


def draw_entropy(
    axes: Axes, table: pd.DataFrame, features: Mapping[str, Look], *, against: str
) -> None:
    """Entropy H(f(x)) of features: it depends on their scale (insets of Fig. 2b and d).

    Args:
        axes: to draw into.
        table: figure_2b.csv or a figure_2d.csv.
        features: the looks of those to draw.
        against: the column on the horizontal axis, "noise" or "deformation".
    """
    for name, look in features.items():
        rows = accurate(table, name)
        axes.plot(rows[against], rows.entropy, color=look.colour, lw=0.9)
    axes.set_ylabel("$H(f(x))$ (nats)", fontsize=6, labelpad=1)
    axes.tick_params(labelsize=6, pad=1.5)
