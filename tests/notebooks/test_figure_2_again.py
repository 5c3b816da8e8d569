"""Fig. 2 again, bit for bit, and what its notebook prints.

Most of the time goes into the drops: two spreads of nine, one on either side of where the second
moments take the lead, are made each time, all of them by `make test-paper`.
"""

import json
import zlib

import same_bits

import nbformat
import pandas as pd
import pytest

from figures.run.notebook import find_notebook, run_notebook
from tests.tree import ROOT

FIGURES, SPREADS = ROOT / "figures", [0.1, 0.15]


def outputs(path, leaving_out=()):
    """What code cells print or show, by their identifiers, but for pictures (stored small)."""
    return {
        cell.id: [
            {k: v for k, v in o.get("data", {"text": o.get("text")}).items() if k != "image/png"}
            for o in cell.outputs
        ]
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        and not cell.id.startswith(tuple(leaving_out))
        and "injected-parameters" not in cell.metadata.get("tags", [])
    }


@pytest.mark.same_bits
@pytest.mark.slow
def test_figure_2_is_made_again_with_two_of_nine_spreads(tmp_path):
    notebook, copy = find_notebook("figure_2"), tmp_path / "executed.ipynb"
    run_notebook(notebook, parameters={"deformations": SPREADS, "output": str(tmp_path)}, copy=copy)
    for panel in "abc":
        name = f"figure_2{panel}.csv"
        assert (tmp_path / name).read_bytes() == (FIGURES / name).read_bytes(), name
    committed = pd.read_csv(FIGURES / "figure_2d.csv")
    rows = committed[committed.deformation.isin(SPREADS)].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "figure_2d.csv"), rows, check_exact=True)
    # what the drops and the picture of all show depends on the other spreads, too
    found, stored = (outputs(path, ["drop-", "cell-20b"]) for path in (copy, notebook))
    assert sum(map(len, stored.values())) >= 4  # tables and lines
    assert found == stored


@pytest.mark.same_bits
@pytest.mark.paper
def test_figure_2_is_made_again(tmp_path):
    notebook, copy = find_notebook("figure_2"), tmp_path / "executed.ipynb"
    run_notebook(notebook, parameters={"output": str(tmp_path)}, copy=copy)
    made, kept = (json.loads((of / "figure_2.json").read_text()) for of in (tmp_path, FIGURES))
    assert made["bits"] == same_bits.SAME_BITS and made["sha256"] == kept["sha256"]
    pictures = ["figure_2.png"]
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # with which some build Python; it packs otherwise
        pictures.append("figure_2.pdf")
    for name in pictures:
        assert (tmp_path / name).read_bytes() == (FIGURES / name).read_bytes(), name
    found, stored = (outputs(path) for path in (copy, notebook))
    assert found == stored
