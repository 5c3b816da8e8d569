"""Links that the texts don't spell out: to each equation, and to each public name in code.

"Eq. (5)" leads to the equation wherever it stands, in docstrings, notebooks and README, and so
does `compare` to what it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

# Each equation of the page equations.md is under the label equation-N.
CITED = re.compile(
    r"(?<=Eq\. \()([1-58])(?=\))|(?<=Eqs\. \()([1-58])(?=\))|(?<=to \()([1-58])(?=\))"
)
# What is no running text: there a link would be another one's, or change how a thing looks.
APART = (
    nodes.reference, nodes.title, nodes.literal_block, nodes.math, nodes.literal, nodes.raw,
    nodes.doctest_block, addnodes.pending_xref, addnodes.desc_signature,
)  # fmt: skip


class Links(SphinxTransform):
    """Makes the links of one page, before Sphinx resolves them."""

    default_priority = 400

    def apply(self, **arguments: Any) -> None:
        """Replace the texts and the code that name something."""
        for text in list(self.document.findall(nodes.Text)):
            if CITED.search(text) and not _inside(text, APART):
                text.parent.replace(text, list(_with_equations(text, self.env.docname)))
        names = public_names()
        for code in list(self.document.findall(nodes.literal)):
            name = code.astext().removesuffix("()")
            if name in names and not _inside(code, (nodes.reference, addnodes.pending_xref)):
                link = _pending("py", "obj", f"{names[name]}.{name}", self.env.docname)
                code.parent.replace(code, link)
                link += code


def public_names() -> dict[str, str]:
    """The package of each public name of the library and the systems."""
    import rmi_tf

    import data_generators

    return {
        name: package.__name__ for package in (rmi_tf, data_generators) for name in package.__all__
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Have it done on every page, and the notebooks lead to the first page rather than README."""
    app.add_transform(Links)
    app.connect("source-read", _lead_to_the_first_page)
    app.connect("html-page-context", _rank_captions, priority=900)  # after Furo
    return {"parallel_read_safe": True}


def _with_equations(text: nodes.Text, page: str) -> Iterator[nodes.Node]:
    rest = 0
    for cited in CITED.finditer(text):
        yield nodes.Text(text[rest : cited.start()])
        link = _pending("std", "ref", f"equation-{cited.group()}", page)
        link["refexplicit"] = True
        link += nodes.inline("", cited.group())
        yield link
        rest = cited.end()
    yield nodes.Text(text[rest:])


def _pending(domain: str, kind: str, target: str, page: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "", refdomain=domain, reftype=kind, reftarget=target, refdoc=page, refwarn=True
    )


def _inside(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def _lead_to_the_first_page(app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = source[0].replace("(../README.md", "(../index.md")


def _rank_captions(app: Sphinx, page: str, template: str, context: dict, tree: Any) -> None:
    """Captions in the list of pages are headings to a screen reader, which asks for their rank."""
    navigation = context.get("furo_navigation_tree", "")
    ranked = navigation.replace('role="heading"', 'role="heading" aria-level="2"')
    context["furo_navigation_tree"] = ranked
