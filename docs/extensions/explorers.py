"""The directive `explorer`: an explorer's controls, its numbers, and its pictures, in the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from docs.explorers.numbers import HERE
from docs.explorers.pictures import content
from figures.draw.wave_packet import FEATURES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A marker by Matplotlib's sign: Bokeh's name of it, and its letter beside the numbers.
MARKERS = {
    "s": ("square", "■"),
    "^": ("triangle", "▲"),
    "v": ("inverted_triangle", "▼"),
    "D": ("diamond", "◆"),
    "o": ("circle", "●"),
}
LOOKS = {
    name: {"label": label, "colour": colour, "marker": MARKERS[sign][0], "sign": MARKERS[sign][1]}
    for name, (label, colour, sign) in FEATURES.items()
}
# Once for a page; it is served, or opened as a file, without a request for anything else.
SCRIPTS = ("scripts/bokeh.min.js", "explorers.js")


class Explorer(SphinxDirective):
    """Of one name: noise, twist or drop."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The explorer as HTML."""
        (name,) = self.arguments
        self.env.note_dependency(str(HERE / f"{name}.json"))
        controls, numbers, items = content(name)
        data = json.dumps({"numbers": numbers, "looks": LOOKS, "items": items})
        text = f'{controls}<script type="application/json">{data}</script>'
        return [nodes.raw("", text, format="html")]


class Scripts(SphinxDirective):
    """What the explorers of a page are drawn with, after the last of them."""

    def run(self) -> list[nodes.Node]:
        """The scripts' tags."""
        tags = "".join(f'<script src="_static/{script}"></script>' for script in SCRIPTS)
        return [nodes.raw("", tags, format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directives known."""
    app.add_directive("explorer", Explorer)
    app.add_directive("explorer-scripts", Scripts)
    return {"parallel_read_safe": True}
