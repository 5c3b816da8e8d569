"""Pictures of the resolution notebook, drawn from its saved numbers.

Arrays over the plane have axes (x₁, x₂), as in `figure_3`, whose panels are drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import figure_3, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = (("C1", "--"), ("C2", ":"))
INFORMATION = r"$I_\varepsilon + H_\varepsilon$ (nats)"


def draw_limit(table: pd.DataFrame) -> Figure:
    """I_ε + H_ε of fixed features against ε: columns `feature, epsilon, rmi, se, limit`."""
    figure, (axes,) = _panels(style.COLUMN_WIDTH, 2.3)
    for (name, rows), colour in zip(
        table.groupby("feature", sort=False), ("C0", "C1"), strict=True
    ):
        axes.errorbar(rows.epsilon, rows.rmi, 2 * rows.se, color=colour, marker="o", label=name)
        axes.axhline(rows.limit.iloc[0], color=colour, lw=0.8, ls="--")
    axes.set(xscale="log", xlabel=r"resolution $\varepsilon$", ylabel=INFORMATION)
    axes.legend(loc="upper left")
    return figure


def draw_multiples(
    x: np.ndarray, density: np.ndarray, features: Mapping[str, Sequence[np.ndarray]]
) -> Figure:
    """Features in the uniform gauge atop P_x: a column for each title, a row for each seed."""
    from matplotlib.figure import Figure

    rows = max(len(column) for column in features.values())
    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 0.35 + 1.1 * rows))
    panels = figure.subplots(rows, len(features), squeeze=False, sharex=True, sharey=True)
    for (title, column), axes_of_column in zip(features.items(), panels.T, strict=True):
        axes_of_column[0].set_title(title)
        for feature, axes in zip(column, axes_of_column, strict=True):
            figure_3.draw_feature(axes, x, density, feature, linewidth=0.4)
            reach = (-figure_3.REACH, figure_3.REACH)
            axes.set(xlim=reach, ylim=reach, xticks=[-2, 0, 2], yticks=[-2, 0, 2])
            axes.label_outer()
    return figure


def draw_curves(
    table: pd.DataFrame, known: pd.DataFrame, better: pd.Series, chosen: float, lines: pd.DataFrame
) -> Figure:
    """Against ε: information, held-out RMI, and the spread between networks.

    Args:
        table: columns `epsilon`, `information`, `heldout`, `spread`, of the ascents at each ε.
        known: `heldout` and `spread` of ascents that know no ε, named by its index.
        better: `information`, `heldout`, `spread` of the better of two starts, at the chosen ε.
        chosen: that ε.
        lines: I_ε + H_ε of the features of those ascents that know no ε, a column each; index ε.
    """
    figure, panels = _panels(style.TWO_COLUMN_WIDTH, 2.5, columns=3)
    labels = (INFORMATION, r"held-out RMI $\tilde{I}$ (nats)", r"spread of $\hat{y}$ over networks")
    looks = dict(zip(known.index, LOOKS, strict=True))
    for axes, name, label in zip(panels, ("information", "heldout", "spread"), labels, strict=True):
        axes.plot(table.epsilon, table[name], "o-", color="C0", label=r"ascent of $I_\varepsilon$")
        axes.plot(chosen, better[name], "D", mfc="none", ms=7, color="C0", label="better of two")
        for ascent, (colour, line) in looks.items():
            if name == "information":
                axes.plot(lines.index, lines[ascent], color=colour, ls=line)
            else:
                axes.axhline(known[name][ascent], color=colour, ls=line, label=ascent)
        axes.set(xlabel=r"resolution $\varepsilon$", ylabel=label)
    panels[2].set(yscale="log")
    handles, names = panels[2].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


def draw_beside(
    found: Mapping[str, np.ndarray], papers: Mapping[str, np.ndarray],
    ascents: pd.DataFrame, papers_ascents: pd.DataFrame,
) -> Figure:  # fmt: skip
    """The four panels of Fig. 3 twice: at a finite resolution, above, and by the paper's protocol.

    Args:
        found: `x`, `density`, `mean`, `single`, `std` as in figure_3.npz.
        papers: the same.
        ascents: columns `run`, `step`, `rmi`, of I_ε + H_ε.
        papers_ascents: the same, of the RMI on the lattice.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 3.5))
    panels = figure.subplots(2, 4, width_ratios=[1, 1, 1, 1.1])
    largest = max(found["std"].max(), papers["std"].max())
    rows = ((found, ascents), (papers, papers_ascents))
    for axes, (arrays, table), names in zip(panels, rows, ("abcd", "efgh"), strict=True):
        x, density = arrays["x"], arrays["density"]
        figure_3.draw_feature(axes[0], x, density, arrays["mean"], linewidth=0.5)
        figure_3.draw_feature(axes[1], x, density, arrays["single"], linewidth=0.5)
        image = figure_3.draw_spread(axes[2], x, density, arrays["std"])
        image.set_clim(0, largest)
        figure.colorbar(image, ax=axes[2], shrink=0.8, aspect=14, label=r"std of $\hat{y}$")
        figure_3.draw_ascents(axes[3], table)
        for letter, panel in zip(names, axes, strict=True):
            panel.text(0, 1.02, letter, transform=panel.transAxes, fontsize=9, fontweight="bold")
        axes[0].set_xlabel("")
    panels[0, 3].set(ylabel=INFORMATION, xlabel="")
    for panel in panels[:, 1:3].ravel():
        panel.set_ylabel("")
    for panel in panels[0]:
        panel.set_xlabel("")
    panels[1, 0].set_xlabel("$x_1$")
    return figure


def draw_positions(
    position: np.ndarray, features: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str] = ()
) -> Figure:
    """The wave packet's features in the uniform gauge against its true position (n,).

    A row for each name, with a panel for each of its features (n,), and titles above the first row.
    """
    from matplotlib.figure import Figure

    columns = max(len(row) for row in features.values())
    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH * 0.7, 0.4 + 1.3 * len(features)))
    panels = figure.subplots(len(features), columns, squeeze=False, sharex=True, sharey=True)
    for (name, row), panels_of_row in zip(features.items(), panels, strict=True):
        for y, axes in zip(row, panels_of_row, strict=True):
            axes.plot(position, y, ".", ms=1, alpha=0.5, rasterized=True)
        panels_of_row[0].set_ylabel(f"{name}\nfeature $\\hat{{y}}$")
    for title, axes in zip(titles, panels[0], strict=False):
        axes.set_title(title)
    for axes in panels[-1]:
        axes.set_xlabel(r"true position $\bar{\jmath}$ (sites)")
    return figure


def _panels(width: float, height: float, *, columns: int = 1) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    panels: Any = figure.subplots(1, columns, squeeze=False)
    return figure, list(panels[0])
