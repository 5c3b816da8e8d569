"""Fig. 2b's work, as the notebook does it, against the literal NumPy version, side by side.

Each run is a process of its own and the two take turns, so that what else the computer does meets
both. Imports don't count; compiling the graph does. Nothing is kept of a run that is interrupted:
times are compared within one execution only. About two minutes.
"""

import json
import statistics
import sys
import time

import rmi_tf

import numpy as np
from joblib import Parallel, delayed

from data_generators import WavePacket
from tests.bench.shared import Bounds, in_own_process
from tests.literal.literal_figure_2b import figure_2b as literal

NAMES = ("mean_field", "amplitude_position", "intensity_position", "normalized_position", "pca")
NOISES = np.linspace(0, 0.4, 10)
SIZE = {"n_samples": 300_000, "n_fit": 30_000, "bins": 180}
REPEATS = 3


def as_the_notebook(noises, *, n_samples, n_fit, bins, seed):
    """Entropy, mean log volume and standard error of the five features: (noise, feature, 3)."""
    rmi_tf.use_one_thread_per_operation()
    field = WavePacket()
    features = [getattr(rmi_tf, name) for name in NAMES[:-1]]

    to_fit = list(field.draws(n_fit, seed=seed + 1))

    def leading_component(noise):
        samples = [packet + np.float32(noise) * xi for packet, xi in to_fit]
        return rmi_tf.principal_components(samples)[:, 0]

    @rmi_tf.tf.function(jit_compile=True, autograph=False)
    def terms(x, component):
        return rmi_tf.stacked_terms([*features, rmi_tf.linear(component)], x)

    workers = Parallel(n_jobs=-1, prefer="threads", batch_size=1)
    compiled = delayed(terms)(to_fit[0][0], np.zeros(field.sites))
    fits = (delayed(leading_component)(noise) for noise in noises)
    _, *components = workers([compiled, *fits])

    def scan(packet, xi):
        fields = (packet + np.float32(noise) * xi for noise in noises)
        return np.stack([terms(x, u) for x, u in zip(fields, components, strict=True)])

    draws = field.draws(n_samples, seed=seed)
    blocks = workers(delayed(lambda i: scan(*draws[i]))(i) for i in range(len(draws)))

    def row(noise, feature):
        if (noises[noise], NAMES[feature]) == (0, "mean_field"):
            return [np.nan] * 3  # rounding only, see the notebook
        y, volume = np.concatenate([block[noise, feature] for block in blocks], axis=-1)
        result = rmi_tf.rmi_from_terms(y, volume, estimator="histogram", bins=bins)
        return [result.entropy, result.log_volume, result.se]

    which = [(noise, feature) for noise in range(len(noises)) for feature in range(len(NAMES))]
    return np.reshape(workers(delayed(row)(*w) for w in which), (len(noises), len(NAMES), 3))


def timed(version):
    function = {"library": as_the_notebook, "literal": literal}[version]
    started, used = time.perf_counter(), time.process_time()
    table = function(NOISES, **SIZE, seed=0)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    return {"seconds": seconds, "processor": processor, "table": table.tolist()}


def main():
    runs = {"library": [], "literal": []}
    print(f"Fig. 2b: {len(NOISES)} noises, {SIZE}, {len(NAMES)} features\n")
    for repeat in range(REPEATS):
        for version, done in runs.items():
            done.append(in_own_process("tests.bench.bench_figure_2b", version))
            print(
                f"run {repeat + 1}, {version}: {done[-1]['seconds']:.2f} s, "
                f"of the processor {done[-1]['processor']:.2f} s",
                flush=True,
            )
    seconds = {v: statistics.median(run["seconds"] for run in done) for v, done in runs.items()}
    print(f"medians: {seconds['library']:.2f} s and {seconds['literal']:.2f} s\n")

    entropy, volume, se = np.moveaxis(np.array(runs["library"][0]["table"]), -1, 0)
    difference = entropy - volume - np.array(runs["literal"][0]["table"]) @ [1, -1]
    print("RMI here less the literal version's, in nats")
    print(f"{'noise':>6}", *(f"{name:>20}" for name in NAMES))
    for noise, row in zip(NOISES, difference, strict=True):
        print(f"{noise:6.3f}", *(f"{value:20.5f}" for value in row))
    print()
    bounds = Bounds()
    # The two samples are independent, so √2 standard errors; 49 differences seldom reach four of
    # those. The components' fits add 1e-3, measured, which shows where the noise is small.
    error = np.hypot(np.sqrt(2) * se, 1e-3)
    bounds.check(
        "largest difference, in its standard errors",
        np.nanmax(np.abs(difference) / error),
        at_most=4,
    )
    bounds.check("times faster", seconds["literal"] / seconds["library"], at_least=12)
    bounds.exit()


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(timed(sys.argv[1])))
    else:
        main()
