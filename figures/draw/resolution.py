"""Pictures of the resolution notebook, drawn from its saved numbers.

Arrays over the plane have axes (x₁, x₂), as in `spiral`, whose panels are drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from . import palette, spiral, style
from .panels import draw_letter, row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

REACH = (-2.6, 2.6)  # of the pictures of lanes, which lie where P_x does
INFORMATION = r"$I_\varepsilon + H_\varepsilon$ (nats)"


def draw_limit(fall: pd.DataFrame, strips: pd.DataFrame, bound: float) -> Figure:
    """I_ε + H_ε of fixed features against ε, and of lanes against their width.

    Args:
        fall: columns `feature`, `epsilon`, `rmi`, `se`, `limit`.
        strips: columns `width`, `exact`, `rmi`, `se`, `sixteen`: exactly, from as many draws as it
            takes, and from 16.
        bound: what x + ελ tells of x, at the lanes' ε.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.3, 2)
    for (name, rows), (colour, marker) in zip(
        fall.groupby("feature", sort=False), palette.SERIES, strict=False
    ):
        panels[0].errorbar(
            rows.epsilon, rows.rmi, 2 * rows.se, color=colour, marker=marker, label=name
        )
        panels[0].axhline(rows.limit.iloc[0], color=colour, lw=0.8, ls="--")
    panels[0].set(xscale="log", xlabel=r"resolution $\varepsilon$", ylabel=INFORMATION)
    (blue, dot), (red, square), *_ = palette.SERIES
    panels[1].axhline(bound, color="0.3", lw=0.8, ls="--", label="bound")
    panels[1].plot(strips.width, strips.exact, color=blue, label="exact")
    panels[1].errorbar(
        strips.width,
        strips.rmi,
        2 * strips.se,
        fmt=dot,
        color=blue,
        label="estimated",
    )
    panels[1].plot(strips.width, strips.sixteen, square, color=red, label="16 draws")
    panels[1].set(xscale="log", xlabel="width of the lanes $w$", ylabel=INFORMATION)
    for axes, letter in zip(panels, "ab", strict=True):
        axes.legend()
        draw_letter(axes, letter)
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
        # runs side by side, since they would hide each other's errors
        aside = 12.0 * (rows.run - rows.run.mean())
        panels[2].errorbar(
            rows.step + aside, rows.rmi, 2 * rows.rmi_se, fmt=marker, color=colour, ms=2, lw=0.7,
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


def draw_leads(
    leads: pd.DataFrame, table: pd.DataFrame, deltas: Sequence[float], papers: float
) -> Figure:
    """Against δ: how far features are ahead of the long axis, and the spread between networks.

    Args:
        leads: columns `delta`, `feature`, `ahead`, `se`; networks are named so.
        table: a row "δ = ..." for each error, with column `spread`.
        deltas: the errors of a reading.
        papers: the spread of the paper's runs.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 3.1, 2, width_ratios=[1.6, 1])
    networks = leads.feature.str.startswith("network")
    label, colour, marker = palette.PROTOCOLS["dial"]
    others = leads[~networks & (leads.feature != "long axis")]
    looks = [*palette.SERIES, ("0.5", "v"), ("0.3", "x"), (palette.ORANGE, "P"), (palette.SKY, "<")]
    panels[0].axhline(0, color="0.3", lw=0.8)
    for (name, rows), (tint, mark) in zip(
        others.groupby("feature", sort=False), looks, strict=False
    ):
        panels[0].errorbar(
            rows.delta,
            rows.ahead,
            2 * rows.se,
            fmt=f"{mark}-",
            color=tint,
            lw=0.7,
            ms=3,
            label=name,
        )
    for number, (_, rows) in enumerate(leads[networks].groupby("feature")):
        panels[0].errorbar(
            rows.delta, rows.ahead, 2 * rows.se, fmt="*", color="black", ms=6, zorder=3,
            label="" if number else "networks, dial",
        )  # fmt: skip
    panels[0].set_yscale("symlog", linthresh=0.01)
    panels[0].set(ylabel="ahead of the long axis (nats)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    of_dial = table.loc[[f"δ = {delta}" for delta in deltas]]
    panels[1].plot(deltas, of_dial.spread, f"{marker}-", color=colour, label=label)
    panels[1].axhline(papers, color=palette.PROTOCOLS["paper"].colour, ls=":", label="paper")
    panels[1].set(yscale="log", ylabel=r"spread of $\hat{y}$ over networks")
    panels[1].legend()
    for axes, letter in zip(panels, "ab", strict=True):
        axes.set(xscale="log", xlabel=r"error of a reading $\delta$ (of the dial)")
        axes.set_xticks(deltas, [f"{delta:g}" for delta in deltas])
        axes.minorticks_off()
        draw_letter(axes, letter)
    return figure


def draw_beside(
    found: Mapping[str, np.ndarray], papers: Mapping[str, np.ndarray],
    ascents: pd.DataFrame, papers_ascents: pd.DataFrame,
) -> Figure:  # fmt: skip
    """The four panels of Fig. 3 twice: read off a dial, above, and by the paper's protocol.

    Args:
        found: `x`, `density`, `mean`, `single`, `std` as in figure_3.npz.
        papers: the same.
        ascents: columns `run`, `step`, `rmi`, of I(x; y).
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
    panels[0, 3].set(ylabel="$I(x; y)$ (nats)", xlabel="")
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
