"""Pictures of notebooks get a text instead; scripts that others wrote are laid beside the page."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.fileutil import copy_asset_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX = "tex-svg.js"  # formulas as outlines: one file, which needs no fonts


class AlternativeTexts(SphinxTransform):
    """A picture without a text gets that of the last paragraph before it: these announce it."""

    default_priority = 400

    def apply(self, **arguments: Any) -> None:
        """Go through the page in its order."""
        said = ""
        for node in self.document.findall():
            if isinstance(node, nodes.paragraph):
                said = node.astext()
            elif isinstance(node, nodes.image) and not node.get("alt"):
                node["alt"] = f"Picture: {said}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Have it done on every page."""
    app.add_transform(AlternativeTexts)
    app.config.mathjax_path = f"scripts/{MATHJAX}"
    app.connect("build-finished", _lay_beside)
    return {"parallel_read_safe": True}


def _lay_beside(app: Sphinx, error: Exception | None) -> None:
    from bokeh.util.paths import bokehjs_path

    spec = find_spec("sphinx-mathjax-offline")
    assert spec is not None and spec.origin is not None, "it is in the lock"
    scripts = Path(app.outdir) / "_static" / "scripts"
    scripts.mkdir(parents=True, exist_ok=True)
    mathjax = Path(spec.origin).parent / "static" / "mathjax" / MATHJAX
    for file in (mathjax, Path(bokehjs_path()) / "js" / "bokeh.min.js"):
        copy_asset_file(file, scripts)
