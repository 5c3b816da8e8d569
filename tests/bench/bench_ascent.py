"""The ascents of Fig. 3 measured: one step, whole ascents, how many survive, what same bits cost.

Processor time is compared, not wall time, and within one execution, so that other work on the
machine disturbs it little; of a study that goes on after an interruption, the whole ascents alone
may be from two. About twenty minutes on two cores, most of it to see how many survive.
"""

import json
import os
import sys
import time

# before TensorFlow is imported; the children of `run_pieces` get the same
os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

import rmi_tf
from rmi_tf import tf
from rmi_tf.computing import blocks
from same_bits import SETTINGS, SWITCH

import numpy as np

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds, in_own_process
from tests.literal.literal_ascent import literal_step

SPIRAL = Spiral()
STEPS = {"paper": 1000, "accurate": 300}
SEEDS = 5
SURVIVAL_SEEDS, SURVIVAL_STEPS, SEEDS_A_PIECE = 100, 200, 10
REPEATS, TURNS = 40, 3
# What prints the processor time of a piece of work, and in what units to tell it.
WORKS = {
    "Fig. 2b": ("tests.bench.bench_figure_2b", "library", 1, "s"),
    "64 drops of Fig. 2c": ("tests.bench.bench_drop", "chunk", 1, "s"),
    "one step of the paper's protocol": ("tests.bench.bench_ascent", "step", 1000, "ms"),
}
FOLDER = "build/bench_ascent"


def our_step(model):
    """As `literal_step`, by the library."""
    protocol = rmi_tf.paper_protocol(*SPIRAL.lattice())
    x = tf.cast(protocol.points(0), tf.float32)
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function(autograph=False)
    def step():
        with tf.GradientTape() as tape:
            rmi = protocol.objective(model, x).ascended
        return rmi, tape.gradient(rmi, variables)

    return step


def whole_step(model):
    """The same with the products of all rows at once, as TensorFlow would have them."""
    rows, blocks.ROWS = blocks.ROWS, 10**9
    step = our_step(model)
    step()  # traces
    blocks.ROWS = rows
    return step


def milliseconds(*steps):
    """CPU time of each, (REPEATS, steps), taken in turn."""
    times = np.empty((REPEATS, len(steps)))
    for row in times:
        for i, step in enumerate(steps):
            start = time.process_time()
            step()[0].numpy()
            row[i] = time.process_time() - start
    return 1000 * times


def distance(step, other):
    """Of their gradients, relative to the other's; afterwards both are compiled."""
    gradient, others = (np.concatenate([np.ravel(g) for g in s()[1]]) for s in (step, other))
    return np.linalg.norm(gradient - others) / np.linalg.norm(others)


def way_up(protocol, seed, steps):
    if protocol == "paper":
        return rmi_tf.paper_protocol(*Spiral().lattice())
    return rmi_tf.accurate_protocol(
        lambda step: Spiral().even_points(1024, seed=[seed, step]), steps=steps
    )


def one_ascent(protocol, seed, steps, each_step):
    """CPU time of an ascent, tracing included, and its RMI on samples that it never saw."""
    model, start = rmi_tf.network(seed=seed), time.process_time()
    rmi_tf.ascend(model, way_up(protocol, seed, steps), steps=steps, each_step=each_step)
    spent = time.process_time() - start
    unseen = rmi_tf.renormalized_mutual_information(model, Spiral().sample(200_000, seed=seed))
    return {"seconds": spent, "rmi": unseen.rmi, "se": unseen.se}


def lost(protocol, first, seeds, steps, each_step):
    """How many of these seeds end in an objective that is not finite."""
    count = 0
    for seed in range(first, first + seeds):
        try:
            rmi_tf.ascend(rmi_tf.network(seed=seed), way_up(protocol, seed, steps), steps=steps)
        except rmi_tf.NotFiniteError:
            count += 1
    return {"lost": count}


def table_of_steps(bounds):
    model = rmi_tf.network(seed=0)
    literal, ours = literal_step(model, *SPIRAL.lattice()), our_step(model)
    apart, times = distance(ours, literal), milliseconds(literal, ours)
    for name, median in zip(("literal", "ours"), np.median(times, axis=0), strict=True):
        bounds.check(f"one step of the paper's protocol, {name}", median, unit="ms")
    bounds.check("literal / ours", np.median(times[:, 0] / times[:, 1]), at_least=2.2)
    bounds.check("relative distance of the gradients, float32", apart, at_most=1e-4)


def table_of_protocols(bounds):
    pieces = [
        {"protocol": protocol, "seed": seed, "steps": steps}
        for protocol, steps in STEPS.items()
        for seed in range(SEEDS)
    ]
    found = run_pieces(one_ascent, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    rmi, spent = {}, {}
    for protocol, steps in STEPS.items():
        rows = [f for p, f in zip(pieces, found, strict=True) if p["protocol"] == protocol]
        rmi[protocol], spent[protocol] = (
            float(np.mean([row[name] for row in rows])) for name in ("rmi", "seconds")
        )
        what = f"{protocol} protocol, {steps} steps, {SEEDS} seeds"
        bounds.check(f"{what}: processor time", spent[protocol], unit="s")
        bounds.check(f"{what}: mean held-out RMI", rmi[protocol], unit="nats")
    bounds.check("accurate - paper", rmi["accurate"] - rmi["paper"], at_least=0, unit="nats")
    bounds.check("processor time, paper / accurate", spent["paper"] / spent["accurate"], at_least=8)


def table_of_survival(bounds):
    pieces = [
        {"protocol": protocol, "first": first, "seeds": SEEDS_A_PIECE, "steps": SURVIVAL_STEPS}
        for protocol in STEPS
        for first in range(0, SURVIVAL_SEEDS, SEEDS_A_PIECE)
    ]
    found = run_pieces(lost, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    for protocol, most in (("paper", SURVIVAL_SEEDS), ("accurate", 0)):
        ends = zip(pieces, found, strict=True)
        count = sum(int(f["lost"]) for p, f in ends if p["protocol"] == protocol)
        what = f"{protocol}: non-finite of {SURVIVAL_SEEDS} seeds, {SURVIVAL_STEPS} steps"
        bounds.check(what, count, at_most=most)


def table_of_costs(bounds):
    print("\ncost of blocks and settings")
    model = rmi_tf.network(seed=0)
    cut, whole = our_step(model), whole_step(model)
    apart, times = distance(cut, whole), milliseconds(cut, whole)
    for what, median in zip(("in blocks", "whole"), np.median(times, axis=0), strict=True):
        bounds.check(f"one step of the paper's protocol, products {what}", median, unit="ms")
    bounds.check("blocks / whole", np.median(times[:, 0] / times[:, 1]), at_most=1.35)
    bounds.check("relative distance of the gradients, float32", apart, at_most=1e-4)
    for work, (study, argument, units, unit) in WORKS.items():
        spent = np.median([both_ways(study, argument) for _ in range(TURNS)], axis=0)
        for setting, median in zip(("with", "without"), spent, strict=True):
            bounds.check(f"{work}, {setting} the settings", units * median, unit=unit)
        bounds.check("with / without", spent[0] / spent[1])


def both_ways(study, argument):
    """Processor time with the settings for the same bits, and as the processor would have it."""
    bare = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    runs = [in_own_process(study, argument, environment=bare | {SWITCH: s}) for s in ("1", "0")]
    return [run["processor"] for run in runs]


if __name__ == "__main__":
    if sys.argv[1:] == ["step"]:
        step = our_step(rmi_tf.network(seed=0))
        step()  # compiles
        print(json.dumps({"processor": np.median(milliseconds(step)) / 1000}))
        sys.exit()
    bounds = Bounds()
    table_of_steps(bounds)
    table_of_protocols(bounds)
    table_of_survival(bounds)
    table_of_costs(bounds)
    remove_pieces(FOLDER)
    bounds.exit()
