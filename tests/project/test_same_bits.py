"""The same bits on every x86-64 processor: settings, graphs, emulation, and committed files."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import warnings

import rmi_tf
import same_bits
from rmi_tf import tf
from rmi_tf.ascent import _compiled
from rmi_tf.computing.blocks import covariance, forward_substitution, gram, matmul
from rmi_tf.computing.samples import Source, traced

import nbformat
import numpy as np
import pytest

from data_generators import LiquidDrop, Spiral, WavePacket
from data_generators.liquid_drop._relaxation import STEPS_A_CALL, _advance
from figures import run_pieces
from figures.run.notebook import run_notebook
from tests.tree import ROOT

CLASS = pytest.mark.same_bits
AVX2 = pytest.mark.skipif(not same_bits._has_avx2(), reason="settings are for x86-64 with AVX2")
QEMU = shutil.which("qemu-x86_64")
MINUTES = 6
# Operations of which each maker's float32 is its own
APPROXIMATED = {"Inv", "InvGrad", "Reciprocal", "ReciprocalGrad", "Rsqrt", "RsqrtGrad", "Softmax"}
PRODUCTS = {"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "MatMul"}
PRINT = (
    "import json, os, same_bits; print(json.dumps([dict(os.environ), same_bits.class_of_bits()]))"
)


def child(code, **environment):
    """What a fresh interpreter without settings prints for the code, and what it complains of."""
    own = (*same_bits.SETTINGS, same_bits.SWITCH)
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def settings_in(environment):
    return {name: environment.get(name) for name in same_bits.SETTINGS}


@AVX2
@pytest.mark.parametrize("package", ["same_bits", "data_generators", "figures", "rmi_tf"])
def test_each_package_puts_the_settings_in_force_before_numpy_starts(package):
    printed, complaints = child(f"import {package}; {PRINT}")
    environment, kind = json.loads(printed)
    assert settings_in(environment) == same_bits.SETTINGS
    assert kind == same_bits.SAME_BITS
    assert "UserWarning" not in complaints


@AVX2
def test_a_users_own_value_is_respected_and_told():
    printed, _ = child(f"import same_bits, numpy; {PRINT}", OPENBLAS_CORETYPE="Sandybridge")
    environment, kind = json.loads(printed)
    assert environment["OPENBLAS_CORETYPE"] == "Sandybridge"
    assert environment["ONEDNN_MAX_CPU_ISA"] == "AVX2"
    assert kind == same_bits.WITHIN_SPREAD


def test_the_switch_leaves_all_as_it_is():
    printed, _ = child(f"import same_bits, numpy; {PRINT}", RMI_SAME_BITS="0")
    environment, kind = json.loads(printed)
    assert not any(settings_in(environment).values())
    assert kind == same_bits.WITHIN_SPREAD


@AVX2
def test_a_library_that_started_first_with_other_functions_is_named_once():
    other = "os.environ['OPENBLAS_CORETYPE'] = 'Sandybridge'; import numpy"
    forget = "del os.environ['OPENBLAS_CORETYPE']"
    imports = "import same_bits, data_generators, figures"
    printed, complaints = child(f"import os; {other}; {forget}; {imports}; {PRINT}")
    assert complaints.count("BLAS was imported before") == 1
    assert json.loads(printed)[1] == same_bits.WITHIN_SPREAD
    _, complaints = child(f"import numpy; {imports}")  # the same functions in any order: no word
    assert "NumPy" not in complaints or "X86_V4" in str(np.show_config(mode="dicts"))


@CLASS
def test_children_and_kernels_inherit_the_settings(tmp_path):
    def settings_of_a_child(each_step):  # here, so that the child does without this file's imports
        return {name: os.environ.get(name, "") for name in same_bits.SETTINGS}

    (found,) = run_pieces(settings_of_a_child, [{}], folder=tmp_path)
    assert {name: str(value) for name, value in found.items()} == same_bits.SETTINGS
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(f"import numpy\n{PRINT}")],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(notebook, tmp_path / "toy.ipynb")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # papermill misses a cell of parameters
        copy = run_notebook(tmp_path / "toy.ipynb", parameters={}, copy=tmp_path / "copy.ipynb")
    (output,) = nbformat.read(copy, as_version=4).cells[0].outputs
    environment, kind = json.loads(output.text)
    assert settings_in(environment) == same_bits.SETTINGS
    assert kind == same_bits.SAME_BITS


CUT = """
import json, rmi_tf
from rmi_tf import tf
from rmi_tf.computing import blocks
import numpy as np
from tests.bits import digest
tf.config.threading.set_intra_op_parallelism_threads({threads})
normal = lambda *shape: np.random.default_rng(0).normal(size=shape).astype(np.float32)
x, thin, w, flat = (tf.constant(normal(*s)) for s in ((5376, 150), (5120, 2), (150, 150), (2, 150)))
whole = [tf.matmul(thin, flat), tf.matmul(x, x, transpose_a=True)]
parts = [blocks.matmul(thin, flat), blocks.gram(x, x), blocks.matmul(x, w)]
print(json.dumps([[digest(y) for y in ys] for ys in (whole, parts)]))
"""


@AVX2
@pytest.mark.paper
def test_products_in_blocks_do_not_depend_on_where_a_large_one_is_cut():
    """Threads cut it, too, at other places than caches do, and can be had here."""
    found = [json.loads(child(CUT.format(threads=n), RMI_SAME_BITS="1")[0]) for n in (1, 2, 4)]
    whole, parts = ({tuple(kind) for kind in kinds} for kinds in zip(*found, strict=True))
    assert len(parts) == 1
    assert len(whole) > 1  # else this shows nothing


def test_nothing_is_divided_by_a_root():
    """Graphs make a reciprocal root of the quotient, which an operation by itself does not show."""
    quotient = re.compile(r"/ tf\.(math\.)?sqrt\((?:[^()]|\([^()]*\))*\)(?!\[)")
    assert quotient.search("slope = height / tf.sqrt(1 + (x - c) ** 2)")  # else this shows nothing
    for path in (ROOT / "rmi_tf").rglob("*.py"):
        assert not quotient.search(path.read_text()), path


def test_nothing_is_sorted_in_an_order_that_is_the_processors():
    """Equal values keep theirs in a stable sort; with `return_index`, `np.unique` uses one."""
    unstable = re.compile(
        r"np\.argsort\((?!.*kind=\"stable\")|np\.(arg)?partition\("
        r"|np\.unique\((?!.*return_index).*return_inverse"
    )
    assert unstable.search("order = np.argsort(y)")  # else this shows nothing
    for package in ("rmi_tf", "data_generators", "figures"):
        for path in (ROOT / package).rglob("*.py"):
            assert not unstable.search(path.read_text()), path


def functions_in(graph):
    """Operation, type of its numbers and shape (where it is known), in all functions of a graph."""
    for operation in graph.get_operations():
        shape = operation.outputs[0].shape if operation.outputs else None
        yield operation.type, operation.node_def.attr["T"].type, shape
    for function in graph.as_graph_def().library.function:
        for node in function.node_def:
            yield node.op, node.attr["T"].type, None


def offences(graph):
    """What in a graph depends on the processor."""
    single = tf.float32.as_datatype_enum
    found = []
    for name, kind, shape in functions_in(graph):
        if name in APPROXIMATED and kind == single:
            found.append(name)
        if name in PRODUCTS and shape is not None and shape.rank is not None:
            *_, rows, columns = shape
            if columns != 1 and (rows is None or rows > 256):
                found.append(f"{name} of {rows} rows")
    return found


def keras_model():
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [layers.Input((2,)), layers.Dense(40, "swish"), layers.Dense(30, "tanh"), layers.Dense(2)]
    )


POINTS = Spiral().even_points(700, seed=0)
WAYS = {
    "paper": (rmi_tf.network(30, seed=0), rmi_tf.paper_protocol(*Spiral().lattice(points=40))),
    "accurate": (rmi_tf.network(30, seed=0), rmi_tf.accurate_protocol(POINTS, steps=5)),
    "dial": (rmi_tf.network(30, seed=0), rmi_tf.dial_protocol(POINTS, 0.5, 0.1, steps=5, seed=0)),
    "neighbours": (keras_model(), rmi_tf.neighbour_protocol(POINTS, steps=5)),
    "variational": (keras_model(), rmi_tf.variational_protocol(POINTS, components=2, steps=5)),
    "particles": (
        rmi_tf.exchangeable_network(5, seed=0),
        rmi_tf.neighbour_protocol(
            LiquidDrop.paper(particles=5, steps=0).sample(600, seed=0), steps=5
        ),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_step_of_an_ascent_holds_what_processors_do_in_their_own_way(way):
    model, protocol = WAYS[way]
    variables = model.trainable_variables
    protocol.optimizer.build(variables)
    x = tf.cast(protocol.points(0), tf.float32)
    graph = _compiled(model, variables, protocol, x).graph
    assert any(name in PRODUCTS for name, *_ in functions_in(graph))
    assert not offences(graph)


FEATURES = {
    "network": (rmi_tf.network(30, seed=0), POINTS),
    "model": (keras_model(), POINTS),
    "linear": (rmi_tf.linear(np.eye(2)), POINTS),
    "packet fit": (rmi_tf.packet_fit(sites=30), WavePacket(sites=30).sample(700, seed=0)),
}


@pytest.mark.parametrize("name", FEATURES)
def test_no_estimate_holds_what_processors_do_in_their_own_way(name):
    feature, x = FEATURES[name]
    source = Source(x.astype(np.float32))
    terms = traced(lambda x: rmi_tf.feature_terms(feature, x), source)
    assert not offences(terms.get_concrete_function().graph)


def test_no_step_of_a_discriminator_does_either(monkeypatch):
    graphs, function = [], tf.function

    def recorded(*arguments, **options):
        graphs.append(function(*arguments, **options))
        return graphs[-1]

    monkeypatch.setattr(tf, "function", recorded)
    y = np.random.default_rng(0).normal(size=(2000, 3))
    rmi_tf.variational_entropy(y, seed=0, steps=4)  # three to warm up, one of the bound
    # each has been called, or was made concrete for what it is called with
    concrete = [c for graph in graphs for c in graph._list_all_concrete_functions()]
    assert len(concrete) >= 3
    trained = [c for c in concrete if any(name == "ResourceApplyAdam" or name.startswith("Assign")
               for name, *_ in functions_in(c.graph))]  # fmt: skip
    assert len(trained) == 2
    assert not [offence for c in trained for offence in offences(c.graph)]


def test_the_drops_motion_holds_no_reciprocal_root():
    drop = LiquidDrop.paper(particles=10)
    x, half = np.ones((10, 64), np.float32), np.ones((2, 64), np.float32)
    noise, number = np.zeros((STEPS_A_CALL + 1, 2, 10, 64), np.float32), np.float32(1e-5)
    advance = _advance(drop.law, 10)
    compiled = advance.experimental_get_compiler_ir(
        x, x, noise, np.int32(3), number, number, number, half, half
    )(stage="optimized_hlo")
    assert " sqrt(" in compiled
    assert " rsqrt(" not in compiled


def test_a_model_in_blocks_is_the_model_and_tensorflow_has_no_word_to_say(caplog):
    model, x = keras_model(), np.float32(POINTS)
    for _ in range(6):  # it complains of the fifth function that it traces anew
        y, log_volume = rmi_tf.evaluate(model, x)
    assert not caplog.records
    with tf.GradientTape(persistent=True) as tape:
        points = tf.constant(x)
        tape.watch(points)
        whole = model(points)
        first, second = tf.unstack(whole, axis=1)
    jacobian = tf.stack([tape.gradient(row, points) for row in (first, second)], axis=1)
    # float32: some roundings of a sum of 40 terms
    np.testing.assert_allclose(y, whole, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(log_volume, rmi_tf.log_volume(jacobian), atol=1e-3)


@pytest.mark.parametrize("shape", [(3, 5), (256, 2), (700, 300)])
def test_products_in_blocks_are_products(shape):
    generator = np.random.default_rng(0)
    x, w = generator.normal(size=shape), generator.normal(size=(shape[1], 270))
    np.testing.assert_allclose(matmul(tf.constant(x), tf.constant(w)), x @ w, atol=1e-12)
    y = generator.normal(size=(len(x), 3))
    np.testing.assert_allclose(gram(tf.constant(x), tf.constant(y)), x.T @ y, atol=1e-11)
    np.testing.assert_allclose(covariance(y), np.cov(y, rowvar=False), atol=1e-14)
    factor = np.linalg.cholesky(np.cov(y, rowvar=False) + np.eye(3))
    z = np.stack(forward_substitution(factor, y), axis=1)
    np.testing.assert_allclose(z @ factor.T, y, atol=1e-12)


def bits(*parts, emulator=()):
    command = [*emulator, sys.executable, "-m", "tests.bits", *parts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def emulated(processor):
    """The command before Python's, or a reason to skip."""
    if QEMU is None:
        pytest.skip("no qemu-x86_64 here: Debian's qemu-user has it")
    version = subprocess.run([QEMU, "--version"], capture_output=True, text=True).stdout.split()[2]
    if int(version.split(".")[0]) < 7:
        pytest.skip(f"qemu {version} knows no AVX2, 7.2 does")
    return [QEMU, "-cpu", processor]


@CLASS
@pytest.mark.paper
def test_an_emulated_processor_gives_the_same_bits():
    """EPYC-Rome; `make bench STUDY=processors` has others, and what is longer."""
    emulator = emulated("EPYC-Rome")
    native, other = bits(), bits(emulator=emulator)
    assert native.keys() == other.keys()
    assert not [name for name in native if native[name] != other[name]]


@CLASS
@pytest.mark.paper
def test_one_thread_more_or_less_gives_the_same_bits():
    parts = ("linear_algebra", "neighbours", "figure_2b", "other_ascents", "high_dimension")
    every_core = bits(*parts)
    one_core = ["taskset", "-c", "0"] if shutil.which("taskset") else pytest.skip("no taskset")
    assert bits(*parts, emulator=one_core) == every_core


def committed(name):
    return json.loads((ROOT / "figures" / name).read_text())


@pytest.mark.parametrize("name", ["figure_2", "figure_2d_thermal", "figure_3", "outlook"])
def test_the_committed_records_are_of_the_class_and_name_their_files(name):
    record = committed(f"{name}.json")
    assert record["bits"] == same_bits.SAME_BITS
    digests = record["sha256"]
    if name == "figure_2d_thermal":  # of a thermal run the curve alone is kept here
        digests = {f"{name}.csv": digests[f"{name}.csv"]}
    for file, digest in digests.items():
        content = (ROOT / "figures" / file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, file
