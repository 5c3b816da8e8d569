"""The drop explorer's view: one drop of a given shape, and where its second moments lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from ..draw import palette, style
from ..draw.liquid_drop import draw_drop
from .live import WIDTH, Latest, Picture, image, nearest, position, slider

if TYPE_CHECKING:
    from collections.abc import Callable

DEFORMATIONS = [round(0.02 * i, 2) for i in range(-20, 26)]  # δr: the slider's positions
REACH = 1.6  # of the drawn plane, in units of R


class DropExplorer:
    """Controls and what they show; `box` is the widget.

    Args:
        drop: of a deformation: a drop along the axes, (2, N); the same one, deformed, for each.
        moments: of particles (2, N): their two second moments.
        cloud: second moments of random drops, (n, 2).
    """

    def __init__(
        self,
        drop: Callable[[float], np.ndarray],
        moments: Callable[[np.ndarray], Any],
        cloud: np.ndarray,
    ) -> None:
        self._drop, self._moments = drop, moments
        self._known: dict[float, np.ndarray] = {}
        self.deformation = slider("deformation δr", 0.3, DEFORMATIONS[0], DEFORMATIONS[-1], 0.02)
        self.orientation = slider("orientation (°)", 30, 0, 180, 5)
        self.image, self.numbers = image(), ipywidgets.HTML()
        self._picture = _picture(np.asarray(cloud))
        self.latest = Latest(self.show, self.prepare)
        for control in (self.deformation, self.orientation):
            control.observe(self.latest.ask, "value")
        row = ipywidgets.HBox([self.deformation, self.orientation])
        self.box = ipywidgets.VBox(
            [row, self.image, self.numbers], layout={"max_width": f"{WIDTH}px"}
        )

    def show(self) -> None:
        """Draw the drop as the sliders say, and its second moments."""
        import pandas as pd

        deformation, angle = position(self.deformation), np.radians(self.orientation.value)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        x1, x2 = turn @ self._along_axes(deformation)
        place = self._moments(np.stack([x1, x2]))
        drop = pd.DataFrame({"x1": x1, "x2": x2})
        drop = drop.assign(deformation=deformation, orientation=angle)

        def draw() -> None:
            left, right = self._picture.figure.axes
            draw_drop(left, drop)
            right.plot(*place, "o", color=palette.RED, mec="k", ms=6)

        self.image.value = self._picture.png(draw)
        first, second = (f'<b class="moment">{value:.3f}</b>' for value in place)
        self.numbers.value = f"second moments: {first} along x₁, {second} along x₂ (units of R²)"

    def prepare(self) -> bool:
        """Make the drop at one more deformation."""
        missing = [value for value in DEFORMATIONS if value not in self._known]
        if missing:
            self._along_axes(nearest(missing, position(self.deformation)))
        return len(missing) > 1

    def _along_axes(self, deformation: float) -> np.ndarray:
        if deformation not in self._known:
            self._known[deformation] = self._drop(deformation)
        return self._known[deformation]


def _picture(cloud: np.ndarray) -> Picture:
    from matplotlib.figure import Figure

    with style.paper():
        figure = Figure(figsize=(style.TWO_COLUMN_WIDTH, 2.9))
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
        right.plot(*cloud.T, ".", color="0.6", ms=1.5, label="random drops")
        right.legend(loc="upper right")

    def frame() -> None:
        left.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")
        left.axis("off")
        top = 1.1 * max(cloud.max(), (1 + DEFORMATIONS[-1]) ** 2 / 4)
        right.set(xlim=(0, top), ylim=(0, top), aspect="equal")
        right.set_xlabel("second moment along $x_1$ (units of $R^2$)")
        right.set_ylabel("second moment along $x_2$ (units of $R^2$)")

    return Picture(figure, frame)
