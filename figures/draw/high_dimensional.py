"""Pictures of the notebook on high dimension, drawn from its saved numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style
from .palette import FEATURES, SERIES, cyclic
from .panels import row_of_panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# What the tables call the features.
KEYS = {
    "network, dial first": "dial_network",
    "network, $\\tilde{I}$": "network",
    "network": "network",
    "mean field": "mean_field",
    "amplitude position": "amplitude_position",
    "intensity position": "intensity_position",
    "normalized position": "normalized_position",
    "PCA": "pca",
    "second moments": "second_moments",
    "quadrupole": "quadrupole",
}


def draw_errors(table: pd.DataFrame) -> Figure:
    """Error of H and processor time of each fit against K: `kind, K, estimator, error, se, time`.

    Full markers and lines for Eq. (8), empty ones for flows; bars are one standard error.
    """
    figure, (errors, times) = row_of_panels(style.TWO_COLUMN_WIDTH, 2.6, 2)
    kinds = zip(table.groupby("kind", sort=False), SERIES, strict=False)
    for number, ((kind, rows), (colour, marker)) in enumerate(kinds):
        for estimator, part in rows.groupby("estimator", sort=False):
            full = estimator == "Eq. (8)"
            look: dict[str, Any] = {
                "color": colour,
                "marker": marker,
                "markerfacecolor": colour if full else "white",
                "linestyle": "-" if full else "none",
            }
            # side by side where they would cover each other
            place = part.K * (1 + 0.05 * (number - 1.5))
            errors.errorbar(place, part.error, part.se, label=kind if full else None, **look)
            times.plot(place, part.time, **look)
    errors.axhline(0, color="0.5", lw=0.6, zorder=0)
    errors.set(ylabel="error of $H$ (nats)")
    errors.legend(loc="upper left", handlelength=1.5)
    times.plot([], [], "o-", color="0.3", label="Eq. (8)")
    times.plot([], [], "o", color="0.3", mfc="white", label="flows")
    # headroom for the legend
    times.set(ylabel="processor time of a fit (s)", ylim=(0, 1.35 * table.time.max()))
    times.legend(loc="upper left", handlelength=2)
    for axes in (errors, times):
        ticks = sorted(table.K.unique())
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.set(xlabel="components $K$")
    return figure


def draw_packet(table: pd.DataFrame, small_noise: float) -> Figure:
    """RMI and rank correlation against the noise: `noise, feature, rmi, rmi_se, correlation`."""
    figure, (left, right) = row_of_panels(style.TWO_COLUMN_WIDTH, 2.7, 2)
    for name, rows in table.groupby("feature", sort=False):
        left.errorbar(rows.noise, rows.rmi, 2 * rows.rmi_se, label=name, **_look(name))
        right.plot(rows.noise, rows.correlation, **_look(name))
    left.axhline(small_noise, color="0.4", ls="--", lw=0.8)
    left.set(ylabel=r"held-out RMI $\tilde{I}$ (nats)")
    right.set(ylabel="|rank correlation| with position", ylim=(-0.03, 1.03))
    for axes in (left, right):
        axes.set(xlabel=r"field noise $\sqrt{\langle\xi^2\rangle}$")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure


def draw_drop(table: pd.DataFrame, y: np.ndarray, shapes: np.ndarray) -> Figure:
    """RMI against the spread, and the network's plane at the largest one.

    Args:
        table: `spread, feature, rmi, rmi_se`.
        y: (n, 2), the network's components, each with deviation 1.
        shapes: (2, n), the longer half-axis and its angle, from 0 to π.
    """
    figure, (curves, long, turned) = row_of_panels(
        style.TWO_COLUMN_WIDTH, 2.6, 3, width_ratios=[1.2, 1, 1]
    )
    for name, rows in table.groupby("feature", sort=False):
        curves.errorbar(rows.spread, rows.rmi, 2 * rows.rmi_se, label=name, **_look(name))
    curves.set(xlabel=r"deformation spread $\sqrt{\langle\delta r^2\rangle}$")
    curves.set_xticks(table.spread.unique())
    curves.set(ylabel=r"held-out RMI $\tilde{I}$ (nats)")
    curves.legend(loc="upper left")
    curves.margins(y=0.2)
    looks: list[dict[str, Any]] = [
        {"cmap": "viridis", "vmin": 1, "vmax": np.quantile(shapes[0], 0.98)},
        {"cmap": cyclic(), "vmin": 0, "vmax": np.pi},
    ]
    labels = ("longer half-axis (R)", "its angle (rad)")
    for axes, colour, look, label in zip((long, turned), shapes, looks, labels, strict=True):
        dots = axes.scatter(y[:, 0], y[:, 1], c=colour, s=1.5, lw=0, rasterized=True, **look)
        figure.colorbar(dots, ax=axes, label=label, location="top", aspect=14)
        axes.set(xlabel="$y_1$ (std)", ylabel="$y_2$ (std)", xlim=(-3.5, 3.5), ylim=(-3.5, 3.5))
    return figure


def draw_usefulness(tables: Mapping[str, tuple[pd.DataFrame, str]]) -> Figure:
    """RMI and prediction error of features at several levels of noise or spread.

    Args:
        tables: by label of the error: `level, feature, rmi, error`, a row a point, and a title. The
            higher the level, the larger the marker.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.9, len(tables))
    for axes, (label, (table, title)) in zip(panels, tables.items(), strict=True):
        for name, rows in table.groupby("feature", sort=False):
            sizes = 6 * 2.0 ** rows.level.rank()
            axes.scatter(rows.rmi, rows.error, sizes, lw=0, alpha=0.8, **_look(name, line=False))
            axes.scatter([], [], 14, label=name, **_look(name, line=False))
        axes.set(xlabel=r"held-out RMI $\tilde{I}$ (nats)", ylabel=label, title=title)
        axes.set_ylim(0, 1.6 * table.error.max())
        axes.legend(loc="upper right", ncols=2, handletextpad=0.1, columnspacing=0.6)
    return figure


def draw_collective(table: pd.DataFrame, expected: np.ndarray, widest: np.ndarray) -> Figure:
    """RMI against the number of components, and what is known of it.

    On the left the fit's features, with `expected` at small noise; on the right principal
    components, with the bound `widest` on them. A ring is round each maximum.

    Args:
        table: `features, noise, K, rmi, se`, and `bound, bound_se` by Eq. (8) or nan.
        expected: of one component, two, and so on.
        widest: likewise.
    """
    figure, panels = row_of_panels(style.TWO_COLUMN_WIDTH, 2.6, 2)
    for axes, (name, rows) in zip(panels, table.groupby("features", sort=False), strict=True):
        noises = zip(rows.groupby("noise", sort=False), SERIES, strict=False)
        for (noise, part), (colour, marker) in noises:
            axes.errorbar(
                part.K, part.bound, part.bound_se, color=colour, marker=marker, mfc="white",
                ls="none",
            )  # fmt: skip
            axes.errorbar(
                part.K, part.rmi, part.se, color=colour, marker=marker,
                label=f"field noise {noise:g}",
            )  # fmt: skip
            best = part.loc[part.rmi.idxmax()]
            axes.plot(best.K, best.rmi, "o", ms=11, mfc="none", mec=colour, mew=0.8, zorder=0)
        axes.set(title=str(name), xlabel="components $K$", xticks=sorted(rows.K.unique()))
        axes.set(ylabel=r"RMI $\tilde{I}$ (nats)")
    left, right = panels
    left.plot(
        np.arange(1, len(expected) + 1), expected, "_", ms=14, color="0.3", label="small noise"
    )
    left.plot([], [], "o", color="0.3", mfc="white", label="Eq. (8), at most")
    right.plot(
        np.arange(1, len(widest) + 1), widest, color="0.3", lw=0.8, ls="--",
        label="Gaussian of their covariance",
    )  # fmt: skip
    left.legend(loc="lower right", handlelength=1.5)
    right.legend(loc="upper left", handlelength=1.5)
    return figure


def _look(name: str, *, line: bool = True) -> dict[str, Any]:
    _, colour, marker = FEATURES[KEYS[name]]
    return {"color": colour, "marker": marker} | ({"lw": 0.9} if line else {})
