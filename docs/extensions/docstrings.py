"""The docstrings are plain text with formulas: signs that reStructuredText would take are kept.

Bars are absolute values, stars products, and what ends in an underscore is a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

QUOTED = re.compile(r"(``.+?``|`[^`]+`)")
SIGN = re.compile(r"[|*]|_(?!\w)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Have each docstring and each member looked at."""
    app.connect("autodoc-process-docstring", _keep_signs, priority=400)  # before Napoleon
    app.connect("autodoc-skip-member", _skip_unexplained)
    return {"parallel_read_safe": True}


def plain(line: str) -> str:
    r"""The line with its formulas' signs escaped, but for what stands in backquotes.

    Example:
        >>> from docs.extensions.docstrings import plain
        >>> plain("|w| of `|x|`")
        '\\|w\\| of `|x|`'
    """
    parts = QUOTED.split(line)
    parts[::2] = [SIGN.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def _keep_signs(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    example = False
    for number, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example:
            lines[number] = plain(line)


def _skip_unexplained(
    app: Sphinx, what: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Fields of named tuples: of these the class's docstring tells."""
    return True if type(thing).__name__ == "_tuplegetter" else None
