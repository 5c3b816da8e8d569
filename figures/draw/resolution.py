"""Pictures of the resolution notebook, drawn from its saved numbers.

Arrays over the plane have axes (x₁, x₂), as in `spiral`, whose panels are drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette, spiral, style
from .panels import draw_letter, row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

OTHERS = (("accurate", "--"), ("paper", ":"))  # ascents that know no ε, and how their lines go
REACH = (-2.6, 2.6)  # of the pictures of lanes, which lie where P_x does
INFORMATION = r"$I_\varepsilon + H_\varepsilon$ (nats)"


def draw_limit(table: pd.DataFrame) -> Figure:
    """I_ε + H_ε of fixed features against ε: columns `feature, epsilon, rmi, se, limit`."""
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 2.3)
    for (name, rows), (colour, _) in zip(
        table.groupby("feature", sort=False), palette.SERIES, strict=False
    ):
        axes.errorbar(rows.epsilon, rows.rmi, 2 * rows.se, color=colour, marker="o", label=name)
        axes.axhline(rows.limit.iloc[0], color=colour, lw=0.8, ls="--")
    axes.set(xscale="log", xlabel=r"resolution $\varepsilon$", ylabel=INFORMATION)
    axes.legend(loc="upper left")
    return figure


def draw_later(arrays: Mapping[str, np.ndarray], table: pd.DataFrame) -> Figure:
    """What happens when the ascent goes on: two states of one run, and held-out RMI by step.

    Args:
        arrays: `x`, `density`, and the features `early` and `late`, as in figure_3_later.npz.
        table: Columns `protocol`, `step`, `run`, `rmi`, `rmi_se`, all on samples never seen.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.3, 3, width_ratios=[1, 1, 1.15])
    for axes, name in zip(panels, ("early", "late"), strict=False):
        spiral.draw_feature(axes, arrays["x"], arrays["density"], arrays[name], linewidth=0.6)
        axes.set(xlim=REACH, ylim=REACH)
    for protocol in ("paper", "accurate"):
        label, colour, marker = palette.PROTOCOLS[protocol]
        rows = table[table.protocol == protocol]
        panels[2].errorbar(
            rows.step, rows.rmi, 2 * rows.rmi_se, fmt=marker, color=colour, ms=2.5, alpha=0.8,
            label=label,
        )  # fmt: skip
    panels[2].set(xlabel="step", ylabel=r"held-out RMI $\tilde{I}$ (nats)")
    panels[2].legend(loc="upper left")
    for axes, letter in zip(panels, "abc", strict=True):
        draw_letter(axes, letter)
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
            spiral.draw_feature(axes, x, density, feature, linewidth=0.4)
            axes.set(xlim=REACH, ylim=REACH, xticks=[-2, 0, 2], yticks=[-2, 0, 2])
            axes.label_outer()
    return figure


def draw_curves(
    table: pd.DataFrame, known: pd.DataFrame, better: pd.Series, chosen: float, lines: pd.DataFrame
) -> Figure:
    """Against ε: information, held-out RMI, and the spread between networks.

    Args:
        table: columns `epsilon`, `information`, `heldout`, `spread`, of the ascents at each ε.
        known: `heldout` and `spread` of ascents that know no ε, named by its index: that by the
            accurate protocol, then the paper's.
        better: `information`, `heldout`, `spread` of the better of two starts, at the chosen ε.
        chosen: that ε.
        lines: I_ε + H_ε of the features of those ascents that know no ε, a column each; index ε.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.5, 3)
    label, colour, _ = palette.PROTOCOLS["resolution"]
    named = {
        "information": INFORMATION,
        "heldout": r"held-out RMI $\tilde{I}$ (nats)",
        "spread": r"spread of $\hat{y}$ over networks",
    }
    for axes, (name, ylabel) in zip(panels, named.items(), strict=True):
        axes.plot(table.epsilon, table[name], "o-", color=colour, label=label)
        axes.plot(chosen, better[name], "D", mfc="none", ms=7, color=colour, label="better of two")
        for ascent, (protocol, line) in zip(known.index, OTHERS, strict=True):
            look: dict[str, Any] = {"color": palette.PROTOCOLS[protocol].colour, "ls": line}
            if name == "information":
                axes.plot(lines.index, lines[ascent], **look)
            else:
                axes.axhline(known[name][ascent], label=ascent, **look)
        axes.set(xlabel=r"resolution $\varepsilon$", ylabel=ylabel)
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
        spiral.draw_feature(axes[0], x, density, arrays["mean"], linewidth=0.5)
        spiral.draw_feature(axes[1], x, density, arrays["single"], linewidth=0.5)
        image = spiral.draw_spread(axes[2], x, density, arrays["std"])
        image.set_clim(0, largest)
        figure.colorbar(image, ax=axes[2], shrink=0.8, aspect=14, label=r"std of $\hat{y}$")
        spiral.draw_ascents(axes[3], table)
        for letter, panel in zip(names, axes, strict=True):
            draw_letter(panel, letter)
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
