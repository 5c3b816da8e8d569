"""Pictures of the theory notebook, drawn from numbers, and the table of what it checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import style
from .palette import BLUE, RED, SERIES
from .panels import row_of_panels

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from matplotlib.figure import Figure


class Checks:
    """What was checked: expected value, estimate and error, each asserted as it comes in.

    Args:
        limits: the equations whose values are limits, approached by what is estimated.
    """

    def __init__(self, limits: Collection[str] = ()) -> None:
        self.limits = limits
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        equation: str,
        what: str,
        expected: float,
        estimate: Any,
        error: float = 0.0,
        *,
        within: float | None = None,
        kind: str | None = None,
        verdict: str = "holds",
    ) -> None:
        """Assert and note that an estimate agrees, within 4 standard errors or a tolerance.

        The estimate may also be a result that has `.rmi` and its error `.se`. The kind says what
        the expected value is: "exact", a "limit", a "bound" that is reached, a "first order".

        Raises:
            AssertionError: it does not.
        """
        if hasattr(estimate, "rmi"):
            estimate, error = estimate.rmi, estimate.se
        allowed = 4 * error if within is None else within
        if not (expected == estimate or abs(estimate - expected) <= allowed):
            raise AssertionError(f"{what}: {estimate} is further than {allowed} from {expected}")
        kind = kind or ("limit" if equation in self.limits else "exact")
        margin = f" ± {error:.3f}" if error else f" (within {within:.2g})" if within else ""
        row = {"equation": equation, "what": what, "estimate": f"{estimate:z.3f}{margin}"}
        row |= {"expected": f"{expected:z.3f}", "kind": kind, "verdict": verdict}
        self.rows.append(row)
        print(f"{what}: {row['estimate']}, {kind} {row['expected']}")

    def table(self) -> pd.DataFrame:
        """One row for each check."""
        import pandas as pd

        return pd.DataFrame(self.rows)


def draw_feature_extraction() -> Figure:
    """A feature maps x to y, and the spot of size ε about x to a length ε|∇f| (Fig. 1)."""
    figure, (plane, line) = row_of_panels(style.COLUMN_WIDTH, 1.75, 2, width_ratios=[1.5, 1])
    samples = np.random.default_rng(0).normal(size=(400, 2)) * 0.35
    x1, x2 = np.meshgrid(np.linspace(-1, 1, 101), np.linspace(-1, 1, 101))
    y = np.linspace(0, 4, 400)
    density = np.exp(-((np.sqrt(y) - 1.1) ** 2) / 0.13)
    plane.plot(*samples.T, ".", color="0.75", ms=1.5)
    plane.contour(
        x1, x2, _example(x1, x2), levels=np.arange(0.2, 4, 0.4), colors="0.4", linewidths=0.5
    )
    line.plot(density, y, color="0.4")
    angle = np.linspace(0, 2 * np.pi, 200)
    for centre, colour in (((-0.5, -0.35), BLUE), ((0.4, 0.25), RED)):
        spot = np.add.outer(centre, 0 * angle) + 0.15 * np.array([np.cos(angle), np.sin(angle)])
        plane.fill(*spot, color=colour, alpha=0.6, lw=0)
        values = _example(*spot)
        inside = (y > values.min()) & (y < values.max())
        line.fill_betweenx(y[inside], density[inside], color=colour, alpha=0.6, lw=0)
    plane.text(-0.4, -0.6, r"$x + \varepsilon\lambda$", color=BLUE)
    plane.set(xlabel="$x_1$", ylabel="$x_2$", title="many coordinates $x$", aspect="equal")
    plane.set(xlim=(-1, 1), ylim=(-1, 1))
    line.text(0.5, 3.5, "$P_y(y)$", color="0.3")
    line.set(ylabel="$y$", title="one feature $y$", ylim=(0, 4), xlim=(0, 1.1))
    for axes in (plane, line):
        axes.set(xticks=[], yticks=[])
    line.annotate(
        "$f$", (-0.2, 0.5), (-0.6, 0.5), xycoords="axes fraction", va="center", ha="right",
        arrowprops={"arrowstyle": "->", "lw": 0.8}, annotation_clip=False,
    )  # fmt: skip
    return figure


def _example(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    return ((x1 + 1) ** 2 + (x2 + 1) ** 2) / 2


def draw_conditional(shifts: np.ndarray, covariance: np.ndarray) -> Figure:
    """Draws of (y - f(x))/ε at one x, (n, 2), and the Gaussian of Eq. (3): 1 and 2 deviations."""
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 2.2)
    axes.plot(*shifts.T, ".", color="0.6", ms=1, zorder=0, label="draws")
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.array([np.cos(angle), np.sin(angle)])
    for radius, label in ((1, r"Gaussian of $\nabla f\,\nabla f^{\mathsf{T}}$"), (2, None)):
        axes.plot(*(radius * np.linalg.cholesky(covariance) @ circle), color=BLUE, label=label)
    axes.set(xlabel=r"$(y_1 - f_1(x))/\varepsilon$", ylabel=r"$(y_2 - f_2(x))/\varepsilon$")
    axes.set(aspect="equal", xlim=(-4.5, 4.5), ylim=(-4, 5))
    axes.legend(loc="upper left", handlelength=1, borderaxespad=0.2)
    return figure


def draw_limit(table: pd.DataFrame) -> Figure:
    """I_ε and I_ε + K H_ε against ε: `feature, epsilon, information, rmi, se, exact` (Eq. 5)."""
    figure, (left, right) = row_of_panels(style.TWO_COLUMN_WIDTH, 2.5, 2)
    for (name, rows), (colour, marker) in zip(
        table.groupby("feature", sort=False), SERIES, strict=True
    ):
        look: dict[str, Any] = {"color": colour, "marker": marker}
        left.plot(rows.epsilon, rows.information, label=name, **look)
        right.errorbar(rows.epsilon, rows.rmi, 2 * rows.se, label=name, **look)
        right.axhline(rows.exact.iloc[0], color=colour, lw=0.8, ls="--")
    left.set(ylabel=r"$I_\varepsilon$ (nats)", ylim=(0, None))
    right.set_ylabel(r"$I_\varepsilon + K H_\varepsilon$ (nats)")
    for axes in (left, right):
        axes.set(xscale="log", xlabel=r"resolution $\varepsilon$")
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    return figure


def draw_gauges(gauges: dict[str, np.ndarray]) -> Figure:
    """Densities of one feature in several gauges, values (n,) by title."""
    figure, panels = row_of_panels(style.COLUMN_WIDTH, 1.5, len(gauges))
    for axes, (title, y) in zip(panels, gauges.items(), strict=True):
        axes.hist(y, bins=40, density=True, color=BLUE, alpha=0.7)
        axes.set(title=title, yticks=[], xlabel="$y$")
    panels[0].set_ylabel("density")
    return figure


def draw_histogram_bias(table: pd.DataFrame) -> Figure:
    """Bias of two histograms: `n, bins, histogram, bias, predicted`, one panel for each n."""
    sizes = list(table.n.unique())
    figure, panels = row_of_panels(style.COLUMN_WIDTH, 2.1, len(sizes), sharey=True)
    for axes, n in zip(panels, sizes, strict=True):
        for name, (colour, marker) in zip(table.histogram.unique(), SERIES, strict=False):
            rows = table[(table.n == n) & (table.histogram == name)]
            axes.plot(rows.bins, rows.bias, ls="", marker=marker, color=colour, label=name)
            axes.plot(rows.bins, rows.predicted, color=colour, lw=0.8)
        axes.axhline(0, color="0.6", lw=0.6, zorder=0)
        axes.set(xscale="log", xlabel="bins", title=f"n = {n:,}")
    panels[0].set_ylabel("bias of $H(y)$ (nats)")
    panels[-1].legend(loc="lower left", handlelength=1)
    return figure


def draw_strips(table: pd.DataFrame, bound: float, epsilon: float) -> Figure:
    """Ĩ and I_ε + H_ε against the strips' width: `width, draws, rmi, se`."""
    figure, (axes,) = row_of_panels(style.COLUMN_WIDTH, 2.4)
    curves = table.groupby("draws", sort=False)
    for (draws, rows), (colour, marker) in zip(curves, SERIES, strict=False):
        label = rf"$I_\varepsilon + H_\varepsilon$, {draws}"
        axes.errorbar(rows.width, rows.rmi, 2 * rows.se, color=colour, marker=marker, label=label)
    widths = np.array([table.width.min(), table.width.max()])
    axes.plot(widths, -np.log(widths), color="0.5", lw=0.8, ls="--", label=r"$\tilde{I} = -\ln w$")
    axes.axhline(bound, color="0.2", lw=0.8, ls=":")
    axes.text(widths[1], bound + 0.08, "its bound", ha="right", va="bottom")
    axes.axvline(epsilon, color="0.8", lw=0.8, zorder=0)
    axes.text(epsilon * 1.05, widths.min(), r"$\varepsilon$", color="0.4")
    axes.set(xscale="log", xlabel="width $w$ of a strip", ylabel="nats")
    axes.legend(loc="upper right")
    return figure
