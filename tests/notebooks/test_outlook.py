"""Each section of the outlook is as short as it says: what a reader would type for a system."""

import nbformat

from tests.tree import ROOT

LINES = 30  # of a section, without what shows, saves or checks
OTHER = ("show(", "save_table(", "print(", "assert ", "#")


def sections(path):
    """Lines of code by heading."""
    found, heading = {}, ""
    for cell in nbformat.read(path, as_version=4).cells:
        lines = [line for line in cell.source.split("\n") if line.strip()]
        if cell.cell_type == "markdown":
            heading = next((line for line in lines if line.startswith("## ")), heading)
        elif heading:
            found[heading] = found.get(heading, []) + lines
    return found


def test_each_section_is_at_most_thirty_lines():
    found = sections(ROOT / "notebooks" / "outlook.ipynb")
    del found["## All of it"]
    typed = {
        heading: len([line for line in lines if not line.strip().startswith(OTHER)])
        for heading, lines in found.items()
    }
    assert len(typed) == 9 and max(typed.values()) <= LINES, typed
    # and none goes without its check
    assert all(any("assert " in line for line in lines) for lines in found.values())
