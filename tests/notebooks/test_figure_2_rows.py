"""Fig. 2 again, bit for bit, but for most of its drops, which take longer than all the rest.

Two spreads are made again whole, one on either side of where the second moments take the lead.
`make test-paper` makes all nine.
"""

import nbformat
import pandas as pd
import pytest

from figures.run.notebook import find_notebook, run_notebook
from tests.tree import ROOT

SPREADS = [0.1, 0.15]
OF_ALL_DROPS = "drop-"  # how the identifiers of cells begin that print what depends on them
OF_THE_FIGURE = ("cell-02", "cell-20b")  # its parameters; the picture, which has two spreads less


def outputs(path):
    """Of each code cell that does not depend on the drops, by its identifier."""
    cells = nbformat.read(path, as_version=4).cells
    return {
        cell.id: cell.outputs
        for cell in cells
        if cell.cell_type == "code"
        and not cell.id.startswith(OF_ALL_DROPS)
        and cell.id not in OF_THE_FIGURE
        and "injected-parameters" not in cell.metadata.get("tags", [])
    }


def without_counts(found):
    return {
        name: [{k: v for k, v in output.items() if k != "execution_count"} for output in some]
        for name, some in found.items()
    }


@pytest.mark.same_bits
@pytest.mark.slow
def test_figure_2_is_made_again_with_two_of_nine_spreads(tmp_path):
    notebook, copy = find_notebook("figure_2"), tmp_path / "executed.ipynb"
    run_notebook(notebook, parameters={"deformations": SPREADS, "output": str(tmp_path)}, copy=copy)
    for panel in "abc":
        name = f"figure_2{panel}.csv"
        assert (tmp_path / name).read_bytes() == (ROOT / "figures" / name).read_bytes(), name
    committed = pd.read_csv(ROOT / "figures" / "figure_2d.csv")
    rows = committed[committed.deformation.isin(SPREADS)].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "figure_2d.csv"), rows, check_exact=True)
    found, stored = (without_counts(outputs(path)) for path in (copy, notebook))
    assert sum(map(len, stored.values())) >= 4  # tables and lines
    assert found == stored
