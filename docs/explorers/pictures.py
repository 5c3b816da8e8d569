"""Bokeh's pictures for the page's explorers: what stays is drawn here, what moves by explorers.js.

Each is two figures, one upon the other, so that a move draws neither axes nor curves anew. In the
upper one is what moves: a data source or an annotation with a name, by which the script finds it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from docs.explorers.numbers import FEATURES as PLANES
from docs.explorers.numbers import HERE, NATS, PLACE
from figures.draw import palette
from figures.draw.liquid_drop import BALL
from figures.draw.spiral import LEVELS
from figures.draw.wave_packet import FEATURES
from figures.explore.noise import LIMITS
from figures.explore.twist import REACH

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure

NOISE = "field noise (packet height = 1)"
MOMENT = "second moment along {} (units of R²)"
ORIENTATIONS = list(range(0, 181, 5))  # in degrees: the slider's positions
DROP_REACH = 1.6  # of the drawn plane, in units of R


class Picture(NamedTuple):
    """Two figures of one frame."""

    still: Figure
    moving: Figure


def noise(numbers: dict[str, Any]) -> dict[str, Picture]:
    """A field, and RMI and entropy of five features against the noise."""
    from bokeh.models import ColumnDataSource, Span

    field = _picture("site j", "field (packet height = 1)", (0, 101), LIMITS["field"])
    site = np.arange(1, len(numbers["packet"]) + 1)
    moving = ColumnDataSource({"site": site, "field": 0.0 * site}, name="field")
    field.moving.line("site", "field", source=moving, color="#737373", line_width=1)
    field.moving.scatter("site", "field", source=moving, color="#737373", size=3)
    field.moving.line(site, NATS * np.array(numbers["packet"]), color=palette.BLUE, line_width=2)
    pictures = {"field": field}
    for column, label in (("rmi", "RMI Ĩ (nats)"), ("entropy", "entropy H(f(x)) (nats)")):
        curves = {name: NATS * np.array(of[column]) for name, of in numbers["features"].items()}
        picture = _picture(NOISE, label, (0, 0.42), _around(list(curves.values())))
        for name, curve in curves.items():
            picture.still.line(numbers["noise"], curve, color=FEATURES[name].colour, line_width=2)
        at = Span(dimension="height", line_color="#666666", line_dash="dashed", name="at")
        at.location = numbers["noise"][0]
        picture.moving.add_layout(at)
        now: dict[str, list] = {"x": [], "y": [], "colour": [], "marker": []}
        picture.moving.scatter(
            "x", "y", source=ColumnDataSource(now, name="now"), size=10, color="colour",
            marker="marker", line_color="black",
        )  # fmt: skip
        pictures[column] = picture
    return pictures


def twist(numbers: dict[str, Any]) -> dict[str, Picture]:
    """P_x over the plane with the contours of each feature."""
    from bokeh.models import ColumnDataSource, LinearColorMapper
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    colours = [to_hex(colour) for colour in colormaps["viridis"](LEVELS)]
    shades = [to_hex(colour) for colour in colormaps["BrBG_r"](np.linspace(0, 1, 256))]
    edge, pixels = numbers["edge"], numbers["pixels"]
    pictures = {}
    for name in PLANES:
        picture = _picture("x₁", "x₂", (-REACH, REACH), (-REACH, REACH), aspect_ratio=1.0)
        empty = [np.zeros((pixels, pixels), np.uint8)]
        picture.moving.image(
            "image", x=-edge, y=-edge, dw=2 * edge, dh=2 * edge,
            source=ColumnDataSource({"image": empty}, name="density"),
            color_mapper=LinearColorMapper(shades, low=0, high=255),
        )  # fmt: skip
        lines = ColumnDataSource({"xs": [], "ys": [], "colour": []}, name="contours")
        picture.moving.multi_line("xs", "ys", source=lines, color="colour", line_width=1.2)
        pictures[name] = picture
    numbers["colours"] = colours
    return pictures


def drop(numbers: dict[str, Any]) -> dict[str, Picture]:
    """A drop's particles in its ellipse, and where its second moments lie among random drops'."""
    from bokeh.models import ColumnDataSource

    reach = (-DROP_REACH, DROP_REACH)
    particles = _picture("x₁ (units of R)", "x₂ (units of R)", reach, reach, aspect_ratio=1.0)
    places = ColumnDataSource({"x": [], "y": []}, name="places")
    particles.moving.circle(
        "x", "y", source=places, radius=BALL, color=palette.BLUE, line_color="#0B2E4A"
    )
    rim = ColumnDataSource({"x": [], "y": []}, name="rim")
    numbers["orientation"] = ORIENTATIONS
    particles.moving.line("x", "y", source=rim, color="black", line_dash="dashed")
    cloud = PLACE * np.array(numbers["cloud"])
    top = (0, 1.1 * max(cloud.max(), (1 + max(numbers["deformation"])) ** 2 / 4))
    moments = _picture(MOMENT.format("x₁"), MOMENT.format("x₂"), top, top, aspect_ratio=1.0)
    moments.still.scatter(*cloud, size=2, color="#999999")
    now = ColumnDataSource({"x": [], "y": []}, name="now")
    moments.moving.scatter("x", "y", source=now, size=11, color=palette.RED, line_color="black")
    return {"particles": particles, "moments": moments}


PICTURES = {"noise": noise, "twist": twist, "drop": drop}


def content(name: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """An explorer's controls as HTML, its numbers, and its pictures as Bokeh's JSON."""
    from bokeh.embed import json_item
    from bokeh.models import Span

    numbers = json.loads((HERE / f"{name}.json").read_text())
    pictures = PICTURES[name](numbers)
    for picture in pictures.values():
        # a layer that Bokeh draws without a background
        for renderer in (*picture.moving.renderers, *picture.moving.select(Span)):
            renderer.level = "overlay"
    items = {key: [json_item(made) for made in both] for key, both in pictures.items()}
    return (HERE / f"{name}.html").read_text(), numbers, items


def _around(curves: list[np.ndarray]) -> tuple[float, float]:
    """The range of all of them, with some room."""
    low, high = np.min(curves), np.max(curves)
    room = 0.06 * (high - low)
    return low - room, high + room


def _picture(
    x: str, y: str, across: tuple[float, float], up: tuple[float, float], aspect_ratio: float = 1.15
) -> Picture:
    from bokeh.plotting import figure

    still, moving = (
        figure(
            x_range=across, y_range=up, tools="", toolbar_location=None, sizing_mode="scale_width",
            aspect_ratio=aspect_ratio, width=300, x_axis_type=kind, y_axis_type=kind,
        )
        for kind in ("linear", None)
    )  # fmt: skip
    for made in (still, moving):
        # the same on both sides, so that a square picture has a square frame, and in both figures
        made.min_border_left = made.min_border_bottom = 54
        made.min_border_right = made.min_border_top = 8
        made.grid.visible = False
    moving.background_fill_color = moving.border_fill_color = moving.outline_line_color = None
    still.xaxis.axis_label, still.yaxis.axis_label = x, y
    still.outline_line_color = still.axis.axis_line_color = "#333333"
    still.axis.axis_label_text_font_style = "normal"
    still.axis.axis_label_text_font_size = "12px"
    still.axis.major_label_text_font_size = "11px"
    still.axis.axis_label_text_color = still.axis.major_label_text_color = "#222222"
    still.axis.minor_tick_line_color = None
    still.axis.axis_label_standoff = 2
    return Picture(still, moving)
