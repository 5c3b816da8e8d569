"""What the quickstart tells is what it found: each number in its text is in a cell below it."""

import re

import nbformat
import pytest

from tests.tree import ROOT

NOTEBOOK = ROOT / "notebooks" / "quickstart.ipynb"
# Neither formulas, code, links nor references such as Eq. (2); then numbers that stand alone.
NOT_TOLD = r"\$[^$]*\$|`[^`]*`|\]\([^)]*\)|(Eqs?\.|Fig\.|Figs\.|Appendix) *\(?\w+\)?"
NUMBER = r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)"


def numbers(text):
    """Each number as it is written, without signs and commas."""
    return [number.replace(",", "") for number in re.findall(NUMBER, text.replace("_", ""))]


def text_of(cell):
    """A code cell's source, and what it printed or returned."""
    outputs = [
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return "\n".join([cell.source, *outputs])


def told(cells):
    """Each number of each text, with the text of the cells between it and the next one."""
    parameters = [c.source for c in cells if "parameters" in c.metadata.get("tags", [])]
    for i, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            below = []
            for other in cells[i + 1 :]:
                if other.cell_type == "markdown":
                    break
                below.append(text_of(other))
            for number in numbers(re.sub(NOT_TOLD, " ", cell.source)):
                yield number, "\n".join(below + parameters)


def holds(number, text):
    """Whether the text has a number that is this one, or is this one when rounded like it."""
    digits = len(number.partition(".")[2])
    return any(f"{float(found):.{digits}f}" == number for found in numbers(text))


def test_each_number_in_the_text_is_in_the_cells_below():
    found = list(told(nbformat.read(NOTEBOOK, as_version=4).cells))
    assert len(found) > 10
    assert not [number for number, text in found if not holds(number, text)]


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        ("0.05", "behind 0.049", True),
        ("0.05", "behind 0.044", False),
        ("10,000", "n = 10_000", True),
        ("1", "K2 x1 10", False),
        ("2.3", "-2.2964 ± 0.014", True),
    ],
)
def test_a_number_is_told_if_it_is_there_or_rounds_to_it(number, text, expected):
    assert holds(*numbers(number), text) == expected
