"""What the explorers share: a picture that is redrawn in milliseconds, and work that keeps up.

`Picture` draws only what moves, on a background that stays; `Latest` works in a thread of its own
for the latest position of the sliders, however fast they move, and uses the pauses between.
"""

from __future__ import annotations

import io
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import ipywidgets
import numpy as np

from ..draw import style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.figure import Figure

WIDTH = style.NOTEBOOK_WIDTH  # of the explorers' pictures in pixels
DPI = WIDTH / style.TWO_COLUMN_WIDTH
PAUSE = 0.15  # seconds after which a slider counts as at rest
FAST = 1  # compression of the PNG: three times faster than the default, a tenth larger

# Matplotlib's settings belong to the process, and each explorer draws in a thread of its own.
_drawing = threading.Lock()


class Picture:
    """A figure whose axes, labels and limits stay, and whose contents are drawn anew each time.

    Args:
        figure: with its axes, made in the style of the paper.
        frame: sets labels and limits.
    """

    def __init__(self, figure: Figure, frame: Callable[[], None]) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.figure = figure
        self.canvas = FigureCanvasAgg(figure)
        with _drawing, style.paper():
            figure.set_dpi(DPI)
            frame()
            self.canvas.draw()
            self.canvas.draw()  # the layout takes two: titles are placed in the first
            figure.set_layout_engine("none")  # laid out once, so that nothing jumps
            self._empty = self._kept = self.canvas.copy_from_bbox(figure.bbox)
        self._limits = [(axes, axes.get_xlim(), axes.get_ylim()) for axes in figure.axes]
        self._frame_artists = {artist for axes in figure.axes for artist in axes.get_children()}

    def keep(self, draw: Callable[[], None]) -> None:
        """Draw what changes seldom: the background of the pictures that follow."""
        with _drawing, style.paper():
            self.canvas.restore_region(self._empty)
            self._paint(draw)
            self._kept = self.canvas.copy_from_bbox(self.figure.bbox)

    def png(self, draw: Callable[[], None]) -> bytes:
        """The figure with what `draw` puts into its axes, as the bytes of a PNG."""
        from PIL import Image

        with _drawing, style.paper():
            self.canvas.restore_region(self._kept)
            self._paint(draw)
            image = Image.fromarray(np.asarray(self.canvas.buffer_rgba())[:, :, :3])
        content = io.BytesIO()
        image.save(content, "png", compress_level=FAST)
        return content.getvalue()

    def _paint(self, draw: Callable[[], None]) -> None:
        draw()
        for axes, x, y in self._limits:  # which the drawing may have changed
            axes.set(xlim=x, ylim=y)
        children = (artist for axes in self.figure.axes for artist in axes.get_children())
        moving = [artist for artist in children if artist not in self._frame_artists]
        for artist in sorted(moving, key=lambda artist: artist.zorder):
            artist.axes.draw_artist(artist)  # type: ignore[union-attr]
            artist.remove()
        for axes in self.figure.axes:
            axes.containers.clear()  # they would keep what was removed


class Latest:
    """Work for the latest values only, in one thread of its own: moves in between are left out.

    Args:
        work: reads the current values and shows what they come to.
        spare: one piece of what can wait until nothing moves; tells whether more is left.
    """

    def __init__(self, work: Callable[[], None], spare: Callable[[], bool]) -> None:
        self._work, self._spare = work, spare
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1)

    def ask(self, _change: object = None) -> None:
        """Have the work done soon; also the callback of a slider. Returns at once."""
        with self._lock:
            if not self._asked.is_set():
                self._asked.set()
                # An error of the work is raised by `result` here, which logs it.
                self._thread.submit(self._serve).add_done_callback(Future.result)

    def wait(self) -> None:
        """Return when all that was asked for is done, and nothing is left to prepare."""
        self._thread.submit(lambda: None).result()

    def _serve(self) -> None:
        with self._lock:
            self._asked.clear()  # before the work reads the values: a later move asks again
        self._work()
        self._asked.wait(PAUSE)
        # At the interpreter's end the main thread is gone, and this one is waited for.
        while not self._asked.is_set() and threading.main_thread().is_alive() and self._spare():
            pass


def image() -> ipywidgets.Image:
    """A place for a picture, as wide as the notebook where that is narrower."""
    return ipywidgets.Image(
        format="png", layout=ipywidgets.Layout(width="100%", max_width=f"{WIDTH}px")
    )


def slider(name: str, value: float, low: float, high: float, step: float) -> ipywidgets.FloatSlider:
    """A slider that reports while it moves."""
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    return ipywidgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=name,
        readout_format=f".{digits}f", **wide(),
    )  # fmt: skip


def position(slider: ipywidgets.FloatSlider) -> float:
    """Where a slider stands: 0.29, and not the 0.29000000000000004 that the page sums its steps to.

    What is known of a position, or prepared for it, is found by this number.
    """
    return round(slider.value, 9)


def nearest(positions: Iterable[float], to: float) -> float:
    """The first to prepare: a slider moves by a step more often than by many."""
    return min(positions, key=lambda other: abs(other - to))


def wide() -> dict:
    """Arguments that make a control as wide as its column, with room for its name."""
    layout = ipywidgets.Layout(width="99%")
    return {"layout": layout, "style": {"description_width": "9em"}}
