"""The twist explorer's view: features of a spiral in the plane, and a network that learns one.

What is shown comes from functions that are handed in; contours are drawn as in Fig. 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets
import numpy as np

from ..draw import palette, style
from ..draw.spiral import draw_feature
from .learner import Learner
from .live import WIDTH, Latest, Picture, image, nearest, position, slider

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

REFERENCES = ("PCA", "untwisted long axis", "angle")
ALPHAS = [round(0.02 * i, 2) for i in range(51)]  # the slider's positions
LONGEST = 10_000  # steps on the axis of the RMI curve, where the network halts
REACH = 3.2  # of the drawn plane


class Plane(NamedTuple):
    """What is drawn of a distribution: arrays over the plane have axes (x₁, x₂)."""

    x: np.ndarray  # coordinates along one axis
    density: np.ndarray
    features: list[np.ndarray]  # those of REFERENCES, in the uniform gauge


class Found(NamedTuple):
    """What a network has found: its feature at the lattice's points, and an RMI of it."""

    values: np.ndarray
    result: Any  # has .rmi and .se


class TwistExplorer:
    """Controls and what they show; `box` is the widget, `learner` what the buttons press.

    `delta` is the error of a reading that the network shall learn for, 0 for none: it is up to
    `ascend`.

    Args:
        plane: of (alpha, correlation): the plane with its reference features.
        results: of (alpha, correlation): for each of them a result with `.rmi` and `.se`.
        gauged: of (alpha, correlation, values): the uniform gauge of a feature, over the plane.
        ascend: as `Learner` takes it.
        look: of (alpha, correlation): what the network has found.
        restart: as `Learner` takes it.
    """

    def __init__(
        self,
        *,
        plane: Callable[[float, float], Plane],
        results: Callable[[float, float], list[Any]],
        gauged: Callable[[float, float, np.ndarray], np.ndarray],
        ascend: Callable[[Callable[[int], None]], object],
        look: Callable[[float, float], Found],
        restart: Callable[[], None],
    ) -> None:
        self._plane, self._results, self._gauged, self._look = plane, results, gauged, look
        self.alpha = slider("twist α (rad per r)", 0.5, ALPHAS[0], ALPHAS[-1], 0.02)
        self.correlation = slider("correlation", -0.7, -0.9, 0.9, 0.05)
        self.delta = slider("reading error δ", 0, 0, 0.2, 0.02)  # read by what the learner ascends
        self.learner = Learner(ascend, self._note, restart, self._fail, longest=LONGEST)
        self.path: list[tuple[int, float, float]] = []  # steps done, RMI and its error
        self._found: Found | None = None
        self._drawn: Any = None  # the distribution of the picture, and that of the numbers
        self._measured: Any = None
        self._planes: dict[float, tuple[Plane, bytes]] = {}  # by α, of one correlation
        self._tables: dict[float, str] = {}  # likewise
        self._known_for: float | None = None  # that correlation
        self._stale, self._error = True, ""
        self.image, self.network_image = image(), image()
        self.numbers, self.status = ipywidgets.HTML(), ipywidgets.HTML()
        self._pictures = _reference_picture(), _network_picture()
        self.latest = Latest(self.show, self.prepare)
        self.start, self.stop, self.reset = (
            ipywidgets.Button(description=name, layout=ipywidgets.Layout(width="5.5em"))
            for name in ("start", "stop", "reset")
        )
        self.start.on_click(lambda _: self._press(self.go))
        self.stop.on_click(lambda _: self._press(self.learner.stop))
        self.reset.on_click(lambda _: self._press(self.begin_anew))
        for control in (self.alpha, self.correlation):
            control.observe(self.latest.ask, "value")
        row = ipywidgets.HBox([self.alpha, self.correlation])
        learning = ipywidgets.HBox([self.start, self.stop, self.reset, self.delta])
        self.box = ipywidgets.VBox(
            [row, self.image, self.numbers, learning, self.status, self.network_image],
            layout={"max_width": f"{WIDTH}px"},
        )

    def distribution(self) -> tuple[float, float]:
        """α and the correlation, where the sliders stand."""
        return position(self.alpha), position(self.correlation)

    def go(self) -> None:
        """Let the network learn from where it is."""
        self._error = ""
        self.learner.start()

    def begin_anew(self) -> None:
        """Bring the network back to where it began."""
        self._error = ""
        self.learner.reset()

    def show(self) -> None:
        """Draw the reference features where the sliders have moved, then tell their numbers."""
        where = self.distribution()
        if where != self._drawn:
            (self._now, self.image.value), self._drawn = self._pictured(*where), where
            self.numbers.value = self._told(*where)
        self._stale = True

    def prepare(self) -> bool:
        """Draw the network's feature, then measure it where nothing else has, in two pieces.

        Then, while it does not learn, one more twist of this correlation, in two pieces, too.
        """
        (alpha, correlation), left = self._drawn, []
        if not self.learner.going:
            left = [other for other in ALPHAS if other not in self._tables]
        if self._stale:
            self._stale = False
            self.network_image.value = self.network_png(self._now, self._drawn)
        elif self._drawn != self._measured:
            self._found, self._measured = self._look(*self._drawn), self._drawn
        elif left:
            other = nearest(left, alpha)
            ahead = self._told if other in self._planes else self._pictured
            ahead(other, correlation)
            return True
        self.status.value = self.state()
        return self._drawn != self._measured or bool(left)

    def _pictured(self, alpha: float, correlation: float) -> tuple[Plane, bytes]:
        if correlation != self._known_for:
            self._planes, self._tables, self._known_for = {}, {}, correlation
        if alpha not in self._planes:
            plane = self._plane(alpha, correlation)
            self._planes[alpha] = plane, self.reference_png(plane)
        return self._planes[alpha]

    def _told(self, alpha: float, correlation: float) -> str:
        if alpha not in self._tables:
            self._tables[alpha] = self.table(self._results(alpha, correlation))
        return self._tables[alpha]

    def reference_png(self, plane: Plane) -> bytes:
        """P_x with the contours of each reference feature."""

        def draw() -> None:
            axes = self._pictures[0].figure.axes
            for panel, feature in zip(axes, plane.features, strict=True):
                draw_feature(panel, plane.x, plane.density, feature, linewidth=0.6)

        return self._pictures[0].png(draw)

    def network_png(self, plane: Plane, where: tuple[float, float]) -> bytes:
        """P_x with the contours of what the network has found, and its RMI at each report."""
        found, path = self._found, np.array(self.path[:])

        def draw() -> None:
            panel, curve = self._pictures[1].figure.axes
            if found is not None:
                feature = self._gauged(*where, found.values)
                draw_feature(panel, plane.x, plane.density, feature, linewidth=0.8)
            if len(path):
                step, rmi, se = path.T
                curve.errorbar(step, rmi, 2 * se, color=palette.BLUE, marker="o", ms=2.5, lw=0.8)

        return self._pictures[1].png(draw)

    def table(self, results: list[Any]) -> str:
        """RMI of each reference feature, as HTML, each number beneath its picture."""
        cells = "".join(
            f'<td style="text-align: center">{name}: <b class="reference">{result.rmi:.3f}</b> ± '
            f"{result.se:.3f} nats</td>"
            for name, result in zip(REFERENCES, results, strict=True)
        )
        return (
            f'<table style="width: 100%; table-layout: fixed; line-height: 1.5">'
            f"<tr>{cells}</tr></table>"
        )

    def state(self) -> str:
        """What the network is doing, as HTML."""
        step = self.path[-1][0] if self.path else 0
        halted = step == self.learner.halted_at  # else a last step is under way, or not yet told
        word = "learning" if self.learner.going else "stopped" if halted else "stopping"
        text = f'<b class="state">{word}</b> after <b class="step">{step}</b> steps'
        if self._found is not None:
            rmi, se = self._found.result.rmi, self._found.result.se
            text += f'; held-out RMI <b class="held-out">{rmi:.3f}</b> ± {se:.3f} nats'
        return f'<div style="padding-left: 1em">{text} {self._error}</div>'

    def _press(self, action: Callable[[], None]) -> None:
        action()
        self.latest.ask()

    def _note(self, step: int) -> None:
        where = self.distribution()
        self._found, self._measured = self._look(*where), where
        if step == 0:
            self.path.clear()
        self.path.append((step, self._found.result.rmi, self._found.result.se))
        self.latest.ask()

    def _fail(self, message: str) -> None:
        self._error = message
        self.path.clear()
        self._measured = None  # what was measured is no longer what the network is
        self.latest.ask()


def _reference_picture() -> Picture:
    from matplotlib.figure import Figure

    with style.paper():
        figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.35))
        panels = figure.subplots(1, 3)

    def frame() -> None:
        for panel, title in zip(panels, REFERENCES, strict=True):
            _frame_plane(panel, title)

    return Picture(figure, frame)


def _network_picture() -> Picture:
    from matplotlib.figure import Figure

    with style.paper():
        figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.7))
        panel, curve = figure.subplots(1, 2, width_ratios=[1, 1.3])

    def frame() -> None:
        _frame_plane(panel, "network")
        curve.set_xscale("symlog", linthresh=10)
        curve.set(xlim=(0, LONGEST), ylim=(0.8, 2.4), xlabel="step")
        curve.set_ylabel(r"held-out RMI $\tilde{I}$ (nats)")

    return Picture(figure, frame)


def _frame_plane(panel: Axes, title: str) -> None:
    panel.set(title=title, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    panel.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    panel.set(xticks=range(-3, 4), yticks=range(-3, 4))
