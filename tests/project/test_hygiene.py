"""The rules that the code keeps: who may import whom, what a notebook must look like, linting."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

import nbformat
import papermill
import pytest

from tests.tree import NOTEBOOKS, ROOT, tracked_files

PACKAGES = ("rmi_tf", "data_generators", "figures")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).glob("*.py"))]
LIBRARY = [path for path in MODULES if path.parent.name != "figures"]
LAYERS = ("_tensorflow", "density", "variational", "information", "resolution", "ascent")

WRITING = {"savefig", "savetxt", "savez", "to_csv", "write_bytes", "write_text"}
GLOBAL_SEEDS = {"random.seed", "random.set_seed", "utils.set_random_seed"}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def imports_of(path):
    """Each module that the file imports, by its full name."""
    package = path.parent.name
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, [package if node.level else "", node.module]))
            # What is imported may be a module itself: `from . import density`.
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def calls_of(path):
    """Each call in the file, as it is written there, with its arguments."""
    return [
        (ast.unparse(node.func), [ast.unparse(argument) for argument in node.args])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_packages_know_nothing_of_each_other(path):
    others = {package for package in PACKAGES if package != path.parent.name}
    imported = {module.split(".")[0] for module in imports_of(path)}
    assert not imported & (others | {"tests", "notebooks"})


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package):
    stems = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    needs = {
        stem: {
            other
            for other in stems
            if f"{package}.{other}" in imports_of(ROOT / package / f"{stem}.py")
        }
        for stem in stems
    }
    assert set(TopologicalSorter(needs).static_order()) == stems


@pytest.mark.parametrize("stem", LAYERS)
def test_the_layers_of_rmi_tf_import_downwards_only(stem):
    path = ROOT / "rmi_tf" / f"{stem}.py"
    if not path.exists():
        pytest.skip(f"there is no {stem}.py yet")
    above = {f"rmi_tf.{layer}" for layer in LAYERS[LAYERS.index(stem) + 1 :]}
    assert not imports_of(path) & above


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
