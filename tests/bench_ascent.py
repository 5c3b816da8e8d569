"""The ascents of Fig. 3 measured; prints three tables. Run it by `make bench`, or alone.

CPU time is compared, not wall time, and within one execution, so that other work on the machine
disturbs it little. The third table takes about ten minutes on two cores.
"""

import os
import time

# before TensorFlow is imported; the children of `run_pieces` get the same
os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

import rmi_tf
from rmi_tf import tf

import numpy as np
from literal_ascent import literal_step

import data_generators
from data_generators import Spiral
from figures import remove_pieces, run_pieces

SPIRAL = Spiral()
STEPS = {"paper": 1000, "accurate": 300}
SEEDS = 5
SURVIVAL_SEEDS, SURVIVAL_STEPS, SEEDS_A_PIECE = 100, 200, 10
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


def seconds(step):
    start = time.process_time()
    step()[0].numpy()
    return time.process_time() - start


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


def table_of_steps():
    model = rmi_tf.network(seed=0)
    steps = {"literal": literal_step(model, *SPIRAL.lattice()), "ours": our_step(model)}
    gradients = {name: np.concatenate([np.ravel(g) for g in s()[1]]) for name, s in steps.items()}
    times = np.array([[seconds(step) for step in steps.values()] for _ in range(30)])
    difference = np.linalg.norm(gradients["ours"] - gradients["literal"])
    print("\none step of the paper's protocol, CPU milliseconds on one thread (median of 30)")
    for name, median in zip(steps, np.median(times, axis=0), strict=True):
        print(f"  {name:8} {1000 * median:6.1f}")
    print(f"  ratio    {np.median(times[:, 0] / times[:, 1]):6.2f}   (must be at least 2.2)")
    relative = difference / np.linalg.norm(gradients["literal"])
    print(f"  gradient: relative distance {relative:.1e} in float32   (must be at most 1e-4)")


def table_of_protocols():
    pieces = [
        {"protocol": protocol, "seed": seed, "steps": steps}
        for protocol, steps in STEPS.items()
        for seed in range(SEEDS)
    ]
    code = [rmi_tf, data_generators]
    found = run_pieces(one_ascent, pieces, folder=FOLDER, code=code)
    print(f"\nRMI of {SEEDS} seeds on 200,000 fresh samples, and CPU seconds of an ascent")
    spent = {}
    for protocol, steps in STEPS.items():
        rows = [f for p, f in zip(pieces, found, strict=True) if p["protocol"] == protocol]
        rmi, spent[protocol] = (np.mean([row[name] for row in rows]) for name in ("rmi", "seconds"))
        each = " ".join(f"{row['rmi']:.3f}" for row in rows)
        print(f"  {protocol:8} {steps:4} steps  {rmi:.3f} ({each})  {spent[protocol]:5.1f} s")
    print(f"  ratio of CPU time {spent['paper'] / spent['accurate']:.1f}   (must be at least 8)")


def table_of_survival():
    pieces = [
        {"protocol": protocol, "first": first, "seeds": SEEDS_A_PIECE, "steps": SURVIVAL_STEPS}
        for protocol in STEPS
        for first in range(0, SURVIVAL_SEEDS, SEEDS_A_PIECE)
    ]
    found = run_pieces(lost, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    print(f"\n{SURVIVAL_SEEDS} seeds, {SURVIVAL_STEPS} steps: how many became non-finite")
    for protocol in STEPS:
        ends = zip(pieces, found, strict=True)
        print(f"  {protocol:8} {sum(int(f['lost']) for p, f in ends if p['protocol'] == protocol)}")


if __name__ == "__main__":
    table_of_steps()
    table_of_protocols()
    table_of_survival()
    remove_pieces(FOLDER)
