"""The rules that the code keeps: who may import whom, what a notebook must look like, linting."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from graphlib import TopologicalSorter
from importlib.util import resolve_name

import nbformat
import papermill
import pytest

from tests.tree import NOTEBOOKS, ROOT, tracked_files

# Each folder or module of a package imports from those before it, never from those after it; the
# package itself, its __init__, is the last one. ANY stands for all that are not named: systems.
ANY = "*"
ORDER = {
    "rmi_tf": (
        "computing", "density", "noise", "jacobian", "gauge", "features", "networks", "estimators",
        "information", "comparison", "resolution", "variational", "protocols", "ascent",
    ),
    "data_generators": (
        "_checks", "_blocks", "_sampler", ANY,
    ),
    "figures": ("draw", "save", "run", "explore", "__main__"),
}  # fmt: skip
MODULES = [path for package in ORDER for path in sorted((ROOT / package).rglob("*.py"))]
LIBRARY = [path for path in MODULES if "figures" not in path.relative_to(ROOT).parts]
# Lines of code that the paper's core may have, and all that stands at the top beside it.
CORE, AT_MOST = ("density", "jacobian", "information", "ascent", "gauge"), {"core": 400, "top": 900}

LINES = 15  # of a notebook's cell
KILOBYTES = 400  # of a notebook: `make notebooks` stores pictures small

WRITING = {"savefig", "savetxt", "savez", "to_csv", "write_bytes", "write_text"}
GLOBAL_SEEDS = {"random.seed", "random.set_seed", "utils.set_random_seed"}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def module_of(path):
    """The name that the file is imported by."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_of(path) for path in MODULES}


def imports_of(path):
    """Each module that the file imports, by its full name."""
    package = module_of(path)
    if path.name != "__init__.py":
        package = package.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            # What is imported may be a module itself: `from . import density`.
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def own_imports_of(path):
    """Those of them that are the project's own."""
    return imports_of(path) & NAMES - {module_of(path)}


def place_of(module):
    """How far behind its package's order has it."""
    package, *rooms = module.split(".")
    order = ORDER[package]
    if not rooms:
        return len(order)
    return order.index(rooms[0] if rooms[0] in order else ANY)


def calls_of(path):
    """Each call in the file, as it is written there, with its arguments."""
    return [
        (ast.unparse(node.func), [ast.unparse(argument) for argument in node.args])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]


def lines_of_code(path):
    """How many lines there are without docstrings, comments and blank ones."""
    source = path.read_text()
    told = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    written = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.string.strip() and token.type != tokenize.COMMENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(written - told)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_packages_know_nothing_of_each_other(path):
    others = ORDER.keys() - path.relative_to(ROOT).parts[:1]
    imported = {module.split(".")[0] for module in imports_of(path)}
    assert not imported & (others | {"tests", "notebooks"})


def test_no_modules_import_each_other_in_a_circle():
    needs = {module_of(path): own_imports_of(path) for path in MODULES}
    assert set(TopologicalSorter(needs).static_order()) == NAMES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    here = place_of(module_of(path))
    assert not [module for module in own_imports_of(path) if place_of(module) > here]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_begins_with_an_underscore_stays_in_its_folder(path):
    for module in own_imports_of(path):
        folder, _, name = module.rpartition(".")
        if name.startswith("_"):
            assert f"{module_of(path)}.".startswith(f"{folder}."), module


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_folder_of_modules_is_a_package(path):
    assert (path.parent / "__init__.py").exists()


def test_the_papers_core_is_small_and_so_is_all_that_stands_beside_it():
    top = {path.stem: lines_of_code(path) for path in (ROOT / "rmi_tf").glob("*.py")}
    assert sum(top[stem] for stem in CORE) <= AT_MOST["core"]
    assert sum(top.values()) <= AT_MOST["top"]


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_the_library_draws_nothing_opens_nothing_and_seeds_nothing_global(path):
    assert "matplotlib" not in {module.split(".")[0] for module in imports_of(path)}
    for function, arguments in calls_of(path):
        # The quiet import of TensorFlow sends its messages to the null device.
        assert function != "open" or arguments[0] == "os.devnull"
        assert function.split(".")[-1] not in WRITING
        assert ".".join(function.split(".")[-2:]) not in GLOBAL_SEEDS


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_what_they_offer_have_docstrings(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize(
    "command",
    [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]],
    ids=["ruff_check", "ruff_format", "mypy"],
)
def test_the_tools_find_nothing(command):
    finished = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_git_keeps_small_files_alone():
    large = [name_of(path) for path in tracked_files() if path.stat().st_size > 2_000_000]
    assert not large


def test_git_keeps_nothing_that_was_built():
    built = (".venv/", "build/", ".part", ".pyc", ".egg-info", "-checkpoint.ipynb")
    names = [name_of(path) for path in tracked_files()]
    assert not [name for name in names if name.startswith(built[:2]) or name.endswith(built[2:])]


def code_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def parameters_cell(path):
    tagged = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1, f"{len(tagged)} cells are tagged 'parameters'"
    return tagged[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_was_executed_in_order_without_errors_or_messages(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", output.get("evalue")
            assert output.get("name") != "stderr", output.get("text")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_what_a_cell_prints_is_stored_in_one_piece(path):
    printed = [[o for o in c.outputs if o.output_type == "stream"] for c in code_cells(path)]
    assert max(map(len, printed)) == 1  # in how many it came is another thing each time


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_stores_no_times(path):
    notebook = nbformat.read(path, as_version=4)
    assert "papermill" not in notebook.metadata
    assert not [cell for cell in notebook.cells if "execution" in cell.metadata]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_each_parameter_has_a_type_and_a_meaning_that_papermill_sees(path):
    statements = ast.parse(parameters_cell(path).source).body
    assert statements
    assert all(isinstance(statement, ast.AnnAssign) for statement in statements)
    declared = {
        statement.target.id: (ast.unparse(statement.annotation), ast.literal_eval(statement.value))
        for statement in statements
    }
    seen = papermill.inspect_notebook(path)
    assert seen.keys() == declared.keys()
    for name, (annotation, default) in declared.items():
        assert seen[name]["inferred_type_name"] == annotation, name
        assert ast.literal_eval(seen[name]["default"]) == default, name
        assert seen[name]["help"], f"{name} has no comment that says what it is"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_is_small(path):
    assert path.stat().st_size < 1000 * KILOBYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebooks_cells_can_be_seen_at_once(path):
    # all parameters have to stand in one cell, however many they are
    cells = [cell.source for cell in code_cells(path) if cell != parameters_cell(path)]
    assert not [source for source in cells if len(source.splitlines()) > LINES]


def test_each_notebook_names_the_next_one_of_the_readme():
    order = re.findall(r"\]\(notebooks/(\w+\.ipynb)\) \|", (ROOT / "README.md").read_text())
    assert sorted(order) == [path.name for path in NOTEBOOKS]
    for name, following in zip(order, [*order[1:], "../README.md"], strict=True):
        last = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells[-1]
        assert f"]({following})" in last.source.splitlines()[-1], name
