"""Fig. 2, drawn from its saved numbers: features compared by their RMI.

Each function draws one panel into the axes it is given; `draw_figure` arranges all four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import style

if TYPE_CHECKING:
    from collections.abc import Mapping

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
DROP_FEATURES = {
    "pca": FEATURES["pca"],
    "second_moments": ("second moments", "#000000", "P"),
}
HISTOGRAM: dict[str, Any] = {"mfc": "none", "mec": "0.3", "mew": 0.4, "ms": 5, "alpha": 0.6}
HISTOGRAM |= {"label": "histogram, as in the paper"}
BALL = 0.05  # a particle's radius in the picture, in units of R


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
    axes.plot(rows.noise, rows.rmi, "o", **HISTOGRAM, zorder=3)
    axes.set(xlabel=r"field noise $\sqrt{\langle\xi_j^2\rangle}$", ylabel=r"RMI $\tilde{I}$ (nats)")


def draw_entropy(
    axes: Axes, table: pd.DataFrame, features: Mapping[str, tuple[str, str, str]], *, against: str
) -> None:
    """Entropy H(f(x)) of the same features: it depends on their scale (insets of Fig. 2b and d).

    Args:
        axes: to draw into.
        table: figure_2b.csv or a figure_2d.csv.
        features: label, colour and marker of those to draw.
        against: the column on the horizontal axis, "noise" or "deformation".
    """
    for name, (_, colour, _) in features.items():
        rows = table[(table.feature == name) & (table.estimator == "corrected")]
        axes.plot(rows[against], rows.entropy, color=colour, lw=0.9)
    axes.set_ylabel("$H(f(x))$ (nats)", fontsize=6, labelpad=1)
    axes.tick_params(labelsize=6, pad=1.5)


def draw_drop(axes: Axes, drop: pd.DataFrame, *, at: tuple[float, float] = (0, 0)) -> None:
    """Shaded balls and the ellipse that holds them, dashed; the drop's centre lies at `at`.

    Columns `deformation`, `orientation` (the same in all rows), `x1`, `x2`, in units of R.
    """
    from matplotlib.collections import EllipseCollection
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Ellipse

    # A ball is a pile of discs, smaller and paler towards the light; each ball is drawn as a whole,
    # so that the next one covers it.
    height = np.linspace(0, 1, 6)
    shades = LinearSegmentedColormap.from_list("ball", ["#0B2E4A", "#0072B2", "#D8ECF8"])(height)
    shift = 0.45 * BALL * height[:, np.newaxis] * np.array([-0.7, 0.7])
    centres = drop[["x1", "x2"]].to_numpy()[:, np.newaxis] + shift + np.array(at)
    size = np.tile(2 * BALL * (1 - 0.85 * height), len(drop))
    balls = EllipseCollection(
        size, size, np.zeros_like(size), units="xy", facecolors=np.tile(shades, (len(drop), 1)),
        linewidths=0, offsets=centres.reshape(-1, 2), offset_transform=axes.transData,
    )  # fmt: skip
    balls.set_rasterized(True)
    axes.add_collection(balls)
    half_axis = 1 + drop.deformation.iloc[0]
    angle = float(np.degrees(drop.orientation.iloc[0]))
    axes.add_patch(
        Ellipse(at, 2 * half_axis, 2 / half_axis, angle=angle, fill=False, ls="--", lw=0.8)
    )
    axes.set_aspect("equal")
    axes.axis("off")


def draw_drops(axes: Axes, drops: pd.DataFrame) -> None:
    """Drops side by side, two in a row, with a scale bar of length R (Fig. 2c)."""
    for i, (_, drop) in enumerate(drops.groupby("drop")):
        row, column = divmod(i, 2)
        x, y = 2.7 * (column + 0.5 * (row % 2)), -2.7 * row
        draw_drop(axes, drop, at=(x, y))
        half_axis, angle = 1 + drop.deformation.iloc[0], drop.orientation.iloc[0]
        depth = np.hypot(half_axis * np.sin(angle), np.cos(angle) / half_axis)
        label = rf"$\delta r = {drop.deformation.iloc[0]:g}\,R$"
        axes.text(x, y - depth - 0.08, label, ha="center", va="top")
    axes.set(xlim=(-1.25, 4.05), ylim=(y - 1.65, 1.3))
    axes.plot([-1.2, -0.2], [y - 1, y - 1], color="k", lw=1.6, solid_capstyle="butt")
    axes.text(-0.7, y - 0.95, "$R$", ha="center", va="bottom")


def draw_drop_rmi(axes: Axes, curves: Mapping[str, pd.DataFrame]) -> None:
    """RMI of each feature against the deformation spread, with two standard errors (Fig. 2d).

    Args:
        axes: to draw into.
        curves: a table for each preset of the liquid drop: "paper" is drawn with full lines and,
            faintly, with PCA in sample and the paper's histogram; "thermal" dashed.
    """
    for preset, table in curves.items():
        corrected = table[table.estimator == "corrected"]
        for name, (label, colour, marker) in DROP_FEATURES.items():
            rows = corrected[corrected.feature == name]
            shape: dict[str, Any] = {"color": colour, "marker": marker, "ms": 2.8}
            if preset == "thermal":
                shape |= {"ls": "--", "lw": 0.8, "mfc": "w", "mew": 0.7}
                label += ", thermal"
            axes.errorbar(rows.deformation, rows.rmi, 2 * rows.rmi_se, label=label, **shape)
    if "paper" in curves:
        table = curves["paper"]
        rows = table[(table.feature == "pca_in_sample") & (table.estimator == "corrected")]
        axes.plot(
            rows.deformation, rows.rmi, ":", color=DROP_FEATURES["pca"][1], alpha=0.6, lw=0.9,
            label="PCA, in sample",
        )  # fmt: skip
        rows = table[(table.feature != "pca") & (table.estimator == "histogram")]
        axes.plot(rows.deformation, rows.rmi, "o", **HISTOGRAM)
    axes.set(
        xlabel=r"deformation spread $\sqrt{\langle\delta r^2\rangle}$ (units of $R$)",
        ylabel=r"RMI $\tilde{I}$ (nats)",
        xlim=(0, None),
    )


def crossing(table: pd.DataFrame, against: str, *, overtaken: str, by: str) -> float:
    """Where one feature's corrected RMI overtakes another's, between two rows; nan if nowhere.

    Args:
        table: as `figure_2b.csv` or `figure_2d.csv` has it.
        against: the column of the horizontal axis.
        overtaken: the feature that leads at the left end.
        by: the one that leads further right.
    """
    rows = table[table.estimator == "corrected"]
    curves = rows.pivot(index=against, columns="feature", values="rmi")
    lead = (curves[by] - curves[overtaken]).to_numpy()
    i = int(np.argmax(lead > 0))
    if i == 0:
        return float("nan")
    return float(np.interp(0, lead[i - 1 : i + 1], curves.index[i - 1 : i + 1]))


def draw_figure(
    field: pd.DataFrame,
    table: pd.DataFrame,
    drops: pd.DataFrame,
    curves: Mapping[str, pd.DataFrame],
) -> Figure:
    """The four panels at two-column width, from figure_2a.csv, 2b, 2c and a 2d for each preset."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 5.9))
    panels = figure.subplots(2, 2, width_ratios=[1, 1.45])
    (left, right), (drawn, compared) = panels
    draw_field(left, field)
    draw_rmi(right, table)
    right.set_ylim(bottom=table.rmi.min() - 1.8)  # room for the inset under the curves
    inset = right.inset_axes((0.6, 0.085, 0.385, 0.32))
    draw_entropy(inset, table, FEATURES, against="noise")
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, columnspacing=1.2)
    draw_drops(drawn, drops)
    draw_drop_rmi(compared, curves)
    inset = compared.inset_axes((0.6, 0.085, 0.385, 0.3))
    draw_entropy(inset, next(iter(curves.values())), DROP_FEATURES, against="deformation")
    handles, labels = compared.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=3, columnspacing=1.2)
    for axes, letter in zip(panels.flat, "abcd", strict=True):
        axes.text(0, 1.02, letter, transform=axes.transAxes, fontsize=9, fontweight="bold")
    return figure


def draw_relaxation(before: pd.DataFrame, after: pd.DataFrame, pairs: pd.DataFrame) -> Figure:
    """One drop before and after its relaxation, and g(r) of many.

    Args:
        before: drops as in figure_2c.csv, of which the last one is drawn.
        after: the same ones, relaxed.
        pairs: columns `distance`, `before` and `after`, the pair distribution.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.1))
    panels = figure.subplots(1, 3, width_ratios=[1, 1, 1.2])
    for axes, drops, title in zip(panels, (before, after), ("at random", "relaxed"), strict=False):
        draw_drop(axes, drops[drops["drop"] == drops["drop"].max()])
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), title=title)
    for name, colour in (("before", "0.6"), ("after", "#0072B2")):
        panels[2].plot(pairs.distance, pairs[name], color=colour, label=name)
    panels[2].set(xlabel="distance of two particles $r$ (units of $R$)", ylabel="$g(r)$")
    panels[2].set(xlim=(0, pairs.distance.max()), ylim=(0, None))
    panels[2].legend()
    return figure
