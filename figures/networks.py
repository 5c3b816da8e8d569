"""What networks found, drawn from saved numbers: a packet's place, a drop's shape, their use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# colour and marker of each feature, the same in all pictures
LOOKS: dict[str, tuple[str, str]] = {
    "network, $I_\\varepsilon$": ("#0072B2", "o"),
    "network, $\\tilde{I}$": ("#D55E00", "s"),
    "network": ("#0072B2", "o"),
    "mean field": ("0.65", "v"),
    "amplitude position": ("#CC79A7", "^"),
    "intensity position": ("#E69F00", "<"),
    "normalized position": ("#009E73", "D"),
    "PCA": ("#56B4E9", ">"),
    "second moments": ("#009E73", "D"),
    "quadrupole": ("#E69F00", "^"),
}


def draw_packet(table: pd.DataFrame, small_noise: float) -> Figure:
    """RMI and rank correlation against the noise: `noise, feature, rmi, rmi_se, correlation`."""
    figure, (left, right) = _panels(1, 2, height=2.7)
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


def draw_positions(position: np.ndarray, features: Mapping[str, Mapping[float, Any]]) -> Figure:
    """Features in the uniform gauge against the true position: by way up, by noise, (n,) each."""
    names = list(features)
    noises = list(features[names[0]])
    figure, panels = _panels(len(names), len(noises), height=1.6 * len(names) + 0.3, shared=True)
    for i, (name, noise) in enumerate((name, noise) for name in names for noise in noises):
        axes = panels[i]
        axes.plot(position, features[name][noise], ".", color=_look(name)["color"], ms=0.8)
        if i < len(noises):
            axes.set_title(f"noise {noise}")
        if i % len(noises) == 0:
            axes.set_ylabel(name + r", $\hat{y}$")
        if i >= len(noises) * (len(names) - 1):
            axes.set_xlabel("true position (sites)")
    return figure


def draw_drop(table: pd.DataFrame, y: np.ndarray, shapes: np.ndarray) -> Figure:
    """RMI against the spread, and the network's plane at the largest one.

    Args:
        table: `spread, feature, rmi, rmi_se`.
        y: (n, 2), the network's components, each with deviation 1.
        shapes: (2, n), the longer half-axis and its angle, from 0 to π.
    """
    figure, (curves, long, turned) = _panels(1, 3, height=2.6, width_ratios=[1.2, 1, 1])
    for name, rows in table.groupby("feature", sort=False):
        curves.errorbar(rows.spread, rows.rmi, 2 * rows.rmi_se, label=name, **_look(name))
    curves.set(xlabel=r"deformation spread $\sqrt{\langle\delta r^2\rangle}$")
    curves.set(ylabel=r"held-out RMI $\tilde{I}$ (nats)")
    curves.legend(loc="upper left")
    curves.margins(y=0.2)
    looks: list[dict[str, Any]] = [
        {"cmap": "viridis", "vmin": 1, "vmax": np.quantile(shapes[0], 0.98)},
        {"cmap": "twilight_shifted", "vmin": 0, "vmax": np.pi},
    ]
    labels = ("longer half-axis (R)", "its angle (rad)")
    for axes, colour, look, label in zip((long, turned), shapes, looks, labels, strict=True):
        dots = axes.scatter(y[:, 0], y[:, 1], c=colour, s=1.5, lw=0, rasterized=True, **look)
        figure.colorbar(dots, ax=axes, label=label, location="top", aspect=14)
        axes.set(xlabel="$y_1$ (std)", ylabel="$y_2$ (std)", xlim=(-3.5, 3.5), ylim=(-3.5, 3.5))
    return figure


def draw_usefulness(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """RMI and prediction error, by axis label: `feature, rmi, error`, a row a point."""
    figure, panels = _panels(1, len(tables), height=2.7)
    for axes, (label, table) in zip(panels, tables.items(), strict=True):
        for name, rows in table.groupby("feature", sort=False):
            axes.scatter(rows.rmi, rows.error, label=name, s=14, **_look(name, line=False))
        axes.set(xlabel=r"held-out RMI $\tilde{I}$ (nats)", ylabel=label)
        axes.set_ylim(0, 1.6 * table.error.max())
        axes.legend(loc="upper right", ncols=2, handletextpad=0.1, columnspacing=0.6)
    return figure


def _look(name: str, *, line: bool = True) -> dict[str, Any]:
    colour, marker = LOOKS[name]
    return {"color": colour, "marker": marker} | ({"lw": 0.9} if line else {})


def _panels(
    rows: int, columns: int, *, height: float, shared: bool = False, width_ratios: Any = None
) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, height))
    panels = figure.subplots(
        rows, columns, squeeze=False, sharex=shared, sharey=shared, width_ratios=width_ratios
    )
    return figure, list(panels.ravel())
