"""Liquid drops, drawn from saved numbers: the drops, and features compared (Fig. 2c and d)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette, style
from .panels import accurate, row_of_panels

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEATURES = {name: palette.FEATURES[name] for name in ("pca", "second_moments")}
BALL = 0.05  # a particle's radius in the picture, in units of R


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
    shades = LinearSegmentedColormap.from_list("ball", ["#0B2E4A", palette.BLUE, "#D8ECF8"])(height)
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


def draw_rmi(axes: Axes, curves: Mapping[str, pd.DataFrame]) -> None:
    """RMI of each feature against the deformation spread, with two standard errors (Fig. 2d).

    Args:
        axes: to draw into.
        curves: a table for each preset of the liquid drop: "paper" is drawn with full lines and,
            faintly, with PCA in sample and the paper's histogram, open markers in the colour and
            shape of the feature; "thermal" dashed.
    """
    for preset, table in curves.items():
        for name, (label, colour, marker) in FEATURES.items():
            rows = accurate(table, name)
            shape: dict[str, Any] = {"color": colour, "marker": marker, "ms": 2.8}
            if preset == "thermal":
                shape |= {"ls": "--", "lw": 0.8, "mfc": "w", "mew": 0.7}
                label += ", thermal"
            axes.errorbar(rows.deformation, rows.rmi, 2 * rows.rmi_se, label=label, **shape)
    if "paper" in curves:
        table = curves["paper"]
        rows = accurate(table, "pca_in_sample")
        axes.plot(
            rows.deformation, rows.rmi, ":", color=FEATURES["pca"].colour, alpha=0.6, lw=0.9,
            label="PCA, in sample",
        )  # fmt: skip
        histogram = table[table.estimator == "histogram"]
        for kind, feature in (("pca_in_sample", "pca"), ("second_moments", "second_moments")):
            rows, (_, colour, marker) = histogram[histogram.feature == kind], FEATURES[feature]
            what = ", in sample" if kind == "pca_in_sample" else ""
            open_marker = palette.HISTOGRAM | {
                "mec": colour,
                "mew": 0.6,
                "label": f"{FEATURES[feature].label}{what}, histogram",
            }
            axes.plot(rows.deformation, rows.rmi, marker, **open_marker)
    axes.set(
        xlabel=r"deformation spread $\sqrt{\langle\delta r^2\rangle}$ (units of $R$)",
        ylabel=r"RMI $\tilde{I}$ (nats)",
        xlim=(0, None),
    )


def draw_relaxation(before: pd.DataFrame, after: pd.DataFrame, pairs: pd.DataFrame) -> Figure:
    """One drop before and after its relaxation, and g(r) of many.

    Args:
        before: drops as in figure_2c.csv, of which the last one is drawn.
        after: the same ones, relaxed.
        pairs: columns `distance`, `before` and `after`, the pair distribution.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.1, 3, width_ratios=[1, 1, 1.2])
    for axes, drops, title in zip(panels, (before, after), ("at random", "relaxed"), strict=False):
        draw_drop(axes, drops[drops["drop"] == drops["drop"].max()])
        axes.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), title=title)
    for name, colour in (("before", "0.6"), ("after", palette.BLUE)):
        panels[2].plot(pairs.distance, pairs[name], color=colour, label=name)
    panels[2].set(xlabel="distance of two particles $r$ (units of $R$)", ylabel="$g(r)$")
    panels[2].set(xlim=(0, pairs.distance.max()), ylim=(0, None))
    panels[2].legend()
    return figure
