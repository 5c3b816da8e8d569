"""From a move of a live slider to its picture: the split between kernel, way, and browser.

The bare slider's kernel hands out pictures that are ready: what it takes is JupyterLab's own. Three
minutes, with Chromium. Nothing is kept of a run that is interrupted.
"""

import io
import statistics
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from figures.explore.live import FAST
from tests.bench.shared import Bounds
from tests.figures.test_explore_browser import Explorers, timed_moves
from tests.lab import opened
from tests.tree import ROOT

EXPLORE = ROOT / "notebooks" / "explore.ipynb"
AT_MOST = 60  # ms, in the median
REPEATS = 10
KEYS = ["ArrowLeft"] * 20 + ["ArrowRight"] * 20
DRAWN_AHEAD = 20  # seconds, after which all is
SHARES = ("the picture's bytes", "decoding", "the next frame")
BARE = """\
import io
import ipywidgets
import numpy as np
from PIL import Image
def png(seed):
    noise = np.random.default_rng(seed).integers(0, 256, (40, 900, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.pad(noise, ((0, 240), (0, 0), (0, 0)))).save(file, "png", compress_level=1)
    return file.getvalue()
ready = [png(0), png(1)]
slider = ipywidgets.FloatSlider(value=1, max=1, step=0.02, description="bare")
image = ipywidgets.Image(format="png", value=ready[0])
slider.observe(lambda move: setattr(image, "value", ready[round(50 * move.new) % 2]), "value")
ipywidgets.VBox([slider, image, ipywidgets.HTML("second moments:")])
"""


def in_the_kernel():
    """Milliseconds of each part of a picture that is not drawn ahead."""
    names = {}
    for cell in nbformat.read(EXPLORE, as_version=4).cells:
        if cell.cell_type == "code" and "display(" not in cell.source:
            exec(cell.source, names)
    noise, twist = names["noise"], names["twist"]
    plane = names["plane"](0.31, -0.7)
    pictures = noise._png(0.3, noise.chosen()), twist.image.value
    drawn = [Image.open(io.BytesIO(png)) for png in pictures]
    position, change = (30.0, 70.0), {"pca": (1.0, 0.0)}
    return {
        "noise: estimates": timed(lambda: names["estimate"](0.3, 9.0, position, change)),
        "noise: picture": timed(lambda: noise._png(0.3, noise.chosen())),
        "noise: of that, encoding": timed(encoded, drawn[0]),
        "twist: features on the plane": timed(lambda: names["plane"](0.31, -0.7)),
        "twist: picture": timed(lambda: twist.reference_png(plane)),
        "twist: of that, encoding": timed(encoded, drawn[1]),
        "twist: estimates, after the picture": timed(lambda: names["results"](0.31, -0.7)),
    }


def encoded(image):
    image.save(io.BytesIO(), "png", compress_level=FAST)


def timed(function, *arguments):
    function(*arguments)
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function(*arguments)
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds)


def in_the_browser(notebook, sliders, *, wait):
    """Of each slider's moves: milliseconds to the bytes, to the decoded picture, to its frame."""
    with tempfile.TemporaryDirectory() as folder, opened(notebook, Path(folder)) as (_, page, _):
        explorers = Explorers(page)
        explorers.run_all(images=len(sliders))
        for name in sliders:
            explorers.press(name, "End")
        time.sleep(wait)
        return [timed_moves(explorers, name, i, KEYS) for i, name in enumerate(sliders)]


def main():
    for what, milliseconds in in_the_kernel().items():
        print(f"{what:<58} {milliseconds:>10.4g} ms")
    with tempfile.TemporaryDirectory() as folder:
        cell = new_code_cell(BARE)
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        path = Path(folder) / "bare.ipynb"
        nbformat.write(new_notebook(cells=[cell], metadata={"kernelspec": kernel}), path)
        bare = in_the_browser(path, ["bare"], wait=1)
    names = ["field noise", "twist α (rad per r)"]
    moves = bare + in_the_browser(EXPLORE, names, wait=DRAWN_AHEAD)
    bounds = Bounds()
    for name, times in zip(["a bare slider", *names], moves, strict=True):
        shares = np.median(times, axis=0)
        print(", ".join(f"{share} {t:.0f} ms" for share, t in zip(SHARES, shares, strict=True)))
        total = float(np.median(np.sum(times, axis=1)))
        bounds.check(f"{name}: move to picture, drawn ahead", total, at_most=AT_MOST, unit="ms")
    bounds.exit()


if __name__ == "__main__":
    main()
