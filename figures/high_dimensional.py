"""Pictures of the notebook on high dimension, drawn from its saved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import style
from .theory import MARKERS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw_errors(table: pd.DataFrame) -> Figure:
    """Error of H and processor time of each fit against K: `kind, K, reference, error, se, time`.

    Full markers and lines for the Gaussian as reference, empty and dashed for the mixture; bars are
    one standard error.
    """
    figure, (errors, times) = _two_panels()
    kinds = zip(table.groupby("kind", sort=False), MARKERS, strict=False)
    for number, ((kind, rows), (colour, marker)) in enumerate(kinds):
        for reference, part in rows.groupby("reference", sort=False):
            full = reference == "Gaussian"
            look = {
                "color": colour,
                "marker": marker,
                "markerfacecolor": colour if full else "white",
                "linestyle": "-" if full else "--",
            }
            # side by side where they would cover each other
            place = part.K * (1 + 0.05 * (number - 1.5))
            errors.errorbar(place, part.error, part.se, label=kind if full else None, **look)
            times.plot(place, part.time, **look)
    errors.axhline(0, color="0.5", lw=0.6, zorder=0)
    errors.set(ylabel="error of $H$ (nats)")
    errors.legend(loc="upper left", handlelength=1.5)
    for what, line in (("Gaussian reference", "-"), ("mixture reference", "--")):
        times.plot([], [], color="0.3", linestyle=line, label=what)
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


def draw_collective(
    table: pd.DataFrame, expected: np.ndarray, widest: dict[float, np.ndarray]
) -> Figure:
    """RMI against the number of components: `features, noise, K, rmi, se`, and what is known of it.

    On the left the fit's features, with `expected` for one, two and three at small noise; on the
    right principal components, with the bound `widest` at each noise. A ring is round each maximum.
    """
    figure, panels = _two_panels()
    for axes, (name, rows) in zip(panels, table.groupby("features", sort=False), strict=True):
        noises = zip(rows.groupby("noise", sort=False), MARKERS, strict=False)
        for (noise, part), (colour, marker) in noises:
            axes.errorbar(
                part.K, part.rmi, part.se, color=colour, marker=marker,
                label=f"field noise {noise:g}",
            )  # fmt: skip
            best = part.loc[part.rmi.idxmax()]
            axes.plot(best.K, best.rmi, "o", ms=11, mfc="none", mec=colour, mew=0.8, zorder=0)
        axes.set(title=str(name), xlabel="components $K$", xticks=sorted(rows.K.unique()))
    panels[0].plot(
        np.arange(1, len(expected) + 1), expected, "_", ms=18, color="0.3", label="small noise"
    )
    for bound, (colour, _) in zip(widest.values(), MARKERS, strict=False):
        panels[1].plot(np.arange(1, len(bound) + 1), bound, color=colour, lw=0.8, ls="--")
    panels[1].plot([], [], color="0.3", lw=0.8, ls="--", label="Gaussian of their covariance")
    for axes in panels:
        axes.set(ylabel="RMI, at most (nats)")
        axes.legend(loc="lower right", handlelength=1.5)
    return figure


def _two_panels() -> tuple[Figure, np.ndarray]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.6))
    return figure, figure.subplots(1, 2)
