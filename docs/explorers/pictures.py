"""Bokeh's pictures for the page's explorers: what stays is drawn here, what moves by explorers.js.

What moves is a data source or an annotation with a name; the script finds it by that name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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


def noise(numbers: dict[str, Any]) -> dict[str, Figure]:
    """A field, and RMI and entropy of five features against the noise."""
    from bokeh.models import ColumnDataSource, Span

    field = _figure("site j", "field (packet height = 1)", (0, 101), LIMITS["field"])
    site = np.arange(1, len(numbers["packet"]) + 1)
    moving = ColumnDataSource({"site": site, "field": 0.0 * site}, name="field")
    field.line("site", "field", source=moving, color="#737373", line_width=1)
    field.scatter("site", "field", source=moving, color="#737373", size=3)
    field.line(site, NATS * np.array(numbers["packet"]), color=palette.BLUE, line_width=2)
    pictures = {"field": field}
    for column, label in (("rmi", "RMI Ĩ (nats)"), ("entropy", "entropy H(f(x)) (nats)")):
        curves = {name: NATS * np.array(of[column]) for name, of in numbers["features"].items()}
        picture = _figure(NOISE, label, (0, 0.42), _around(list(curves.values())))
        for name, curve in curves.items():
            picture.line(numbers["noise"], curve, color=FEATURES[name].colour, line_width=2)
        at = Span(dimension="height", line_color="#666666", line_dash="dashed", name="at")
        at.location = numbers["noise"][0]
        picture.add_layout(at)
        now: dict[str, list] = {"x": [], "y": [], "colour": [], "marker": []}
        picture.scatter(
            "x", "y", source=ColumnDataSource(now, name="now"), size=10, color="colour",
            marker="marker", line_color="black",
        )  # fmt: skip
        pictures[column] = picture
    return pictures


def twist(numbers: dict[str, Any]) -> dict[str, Figure]:
    """P_x over the plane with the contours of each feature."""
    from bokeh.models import ColumnDataSource, LinearColorMapper
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    colours = [to_hex(colour) for colour in colormaps["viridis"](LEVELS)]
    shades = [to_hex(colour) for colour in colormaps["BrBG_r"](np.linspace(0, 1, 256))]
    edge, pixels = numbers["edge"], numbers["pixels"]
    pictures = {}
    for name in PLANES:
        picture = _figure("x₁", "x₂", (-REACH, REACH), (-REACH, REACH), aspect_ratio=1.0)
        empty = [np.zeros((pixels, pixels), np.uint8)]
        picture.image(
            "image", x=-edge, y=-edge, dw=2 * edge, dh=2 * edge,
            source=ColumnDataSource({"image": empty}, name="density"),
            color_mapper=LinearColorMapper(shades, low=0, high=255),
        )  # fmt: skip
        lines = ColumnDataSource({"xs": [], "ys": [], "colour": []}, name="contours")
        picture.multi_line("xs", "ys", source=lines, color="colour", line_width=1.2)
        pictures[name] = picture
    numbers["colours"] = colours
    return pictures


def drop(numbers: dict[str, Any]) -> dict[str, Figure]:
    """A drop's particles in its ellipse, and where its second moments lie among random drops'."""
    from bokeh.models import ColumnDataSource

    reach = (-DROP_REACH, DROP_REACH)
    particles = _figure("x₁ (units of R)", "x₂ (units of R)", reach, reach, aspect_ratio=1.0)
    places = ColumnDataSource({"x": [], "y": []}, name="places")
    particles.circle("x", "y", source=places, radius=BALL, color=palette.BLUE, line_color="#0B2E4A")
    rim = ColumnDataSource({"x": [], "y": []}, name="rim")
    numbers["orientation"] = ORIENTATIONS
    particles.line("x", "y", source=rim, color="black", line_dash="dashed")
    cloud = PLACE * np.array(numbers["cloud"])
    top = (0, 1.1 * max(cloud.max(), (1 + max(numbers["deformation"])) ** 2 / 4))
    moments = _figure(MOMENT.format("x₁"), MOMENT.format("x₂"), top, top, aspect_ratio=1.0)
    moments.scatter(*cloud, size=2, color="#999999")
    now = ColumnDataSource({"x": [], "y": []}, name="now")
    moments.scatter("x", "y", source=now, size=11, color=palette.RED, line_color="black")
    return {"particles": particles, "moments": moments}


PICTURES = {"noise": noise, "twist": twist, "drop": drop}


def content(name: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """An explorer's controls as HTML, its numbers, and its pictures as Bokeh's JSON."""
    from bokeh.embed import json_item

    numbers = json.loads((HERE / f"{name}.json").read_text())
    pictures = PICTURES[name](numbers)
    items = {key: json_item(picture) for key, picture in pictures.items()}
    return (HERE / f"{name}.html").read_text(), numbers, items


def _around(curves: list[np.ndarray]) -> tuple[float, float]:
    """The range of all of them, with some room."""
    low, high = np.min(curves), np.max(curves)
    room = 0.06 * (high - low)
    return low - room, high + room


def _figure(
    x: str, y: str, across: tuple[float, float], up: tuple[float, float], aspect_ratio: float = 1.15
) -> Figure:
    from bokeh.plotting import figure

    made = figure(
        x_axis_label=x, y_axis_label=y, x_range=across, y_range=up, tools="", toolbar_location=None,
        sizing_mode="scale_width", aspect_ratio=aspect_ratio, width=300,
    )  # fmt: skip
    # the same on both sides, so that a square picture has a square frame
    made.min_border_left = made.min_border_bottom = 54
    made.min_border_right = made.min_border_top = 8
    made.grid.visible = False
    made.outline_line_color = made.axis.axis_line_color = "#333333"
    made.axis.axis_label_text_font_style = "normal"
    made.axis.axis_label_text_font_size = "12px"
    made.axis.major_label_text_font_size = "11px"
    made.axis.axis_label_text_color = made.axis.major_label_text_color = "#222222"
    made.axis.minor_tick_line_color = None
    made.axis.axis_label_standoff = 2
    return made
