"""Liquid drop at the paper's size: cost beside the literal version, steps, and thermal equilibrium.

Run it with `python -m tests.bench drop [speed] [steps] [thermal]`; without a name it does all
three, in about ten minutes on two cores. The drops of the last two are made in pieces that outlive
an interruption; speed is measured anew. With `chunk` alone it prints a chunk's processor time, for
bench_ascent.py.
"""

import json
import sys
import time
from dataclasses import asdict, replace

from rmi_tf.computing.quiet_tensorflow import use_one_thread_per_operation

import numpy as np
from joblib import cpu_count
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist
from scipy.special import digamma

import data_generators
from data_generators.liquid_drop import CHUNK, LiquidDrop
from data_generators.liquid_drop._relaxation import relax
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds
from tests.literal import literal_drop

PIECES = 2  # of a drop's samples; each is a process that compiles for itself
FOLDER = "build/bench_drop"


def literal_law(drop):
    return asdict(drop.law) | {"core_stiffness": drop.law.stiffness}


def places(drop, x):
    """Samples (n, 2N) as (n, N, 2)."""
    return x.reshape(len(x), 2, drop.particles).transpose(0, 2, 1).astype(np.float64)


def cpu_seconds(*works, repeats=5):
    """The least CPU time of several runs of each, taken in turn: other programs can only add."""
    times = np.empty((repeats, len(works)))
    for row in times:
        for i, work in enumerate(works):
            before = time.process_time()
            work()
            row[i] = time.process_time() - before
    return times.min(axis=0)


def chunk_seconds():
    """Processor time of a chunk of Fig. 2c's drops, draws too, when all is compiled."""
    chunks = LiquidDrop.paper().chunks(CHUNK, seed=0)
    chunks[0]
    return {"processor": cpu_seconds(lambda: chunks[0])[0]}


def some_chunks(drop, first, count, each_step):
    chunks = LiquidDrop(**drop).chunks(CHUNK * (first + count), seed=0)
    return {"x": np.concatenate([chunks[i] for i in range(first, first + count)])}


def samples(drops, n):
    """`drop.sample(n, seed=0)` of each drop; n is a multiple of PIECES chunks."""
    count = n // CHUNK // PIECES
    pieces = [
        {"drop": asdict(drop), "first": count * i, "count": count}
        for drop in drops
        for i in range(PIECES)
    ]
    found = run_pieces(some_chunks, pieces, folder=FOLDER, code=[data_generators])
    x = np.concatenate([piece["x"] for piece in found])
    return np.split(x, len(drops))


def mean_and_error(values):
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def speed(bounds):
    print("\nCPU-microseconds per sample and step, 250 particles, the same steps and noise")
    drop = LiquidDrop.paper()
    steps, few = 25, 3  # the literal version needs 5 to 8 ms a sample and step
    start = replace(drop, steps=0).sample(CHUNK, seed=0)
    deformation, orientation = shapes = drop.shapes(CHUNK, seed=0)
    noise = np.random.default_rng(0).standard_normal((steps + 1, CHUNK, drop.particles, 2))
    motion = {"step": drop.step, "temperature": drop.temperature, "wall": drop.wall}
    body = literal_drop.in_body_frame(places(drop, start), orientation).transpose(2, 1, 0)
    turned = np.stack([literal_drop.in_body_frame(z, orientation) for z in noise])
    turned = np.ascontiguousarray(turned.transpose(0, 3, 2, 1), np.float32)

    def fast():
        relax(
            drop.law, body, shapes.half_axes, lambda m: turned[:m],
            steps=steps, central_wall=True, **motion,
        )  # fmt: skip

    def literal():
        literal_drop.relax(
            places(drop, start), deformation, orientation, noise[: few + 1],
            **motion, **literal_law(drop),
        )  # fmt: skip

    fast()  # compiles
    compiled, plain = cpu_seconds(fast, literal) / [steps, few] / CHUNK * 1e6
    print(f"  literal NumPy  {plain:8.1f}")
    print(f"  compiled       {compiled:8.1f}")
    bounds.check("literal / compiled", plain / compiled, at_least=200)
    for name in ("paper", "thermal"):
        chunks = LiquidDrop.preset(name, steps=100).chunks(CHUNK, seed=0)
        chunks[0]
        (whole,) = cpu_seconds(lambda chunks=chunks: chunks[0]) / 100 / CHUNK * 1e6
        print(f"  {name + ', draws too':19s}{whole:4.1f}")
    n = 1024
    wall, cpu = time.perf_counter(), time.process_time()
    drop.sample(n, seed=0)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"  {n} samples, {cpu_count()} cores: {wall:.1f} s, and {cpu:.1f} s of CPU time")
    minutes = np.array([wall, cpu / cpu_count()]) * 9e4 / n / 60
    print(
        "  so 9 deformations of 10,000 samples: {:.1f} minutes, {:.1f} undisturbed".format(*minutes)
    )


def second_moments_rmi(drop, x):
    """The RMI of (1/N Σ x₁², 1/N Σ x₂²) by nearest neighbours, a term for each sample."""
    y, k = (places(drop, x) ** 2).mean(axis=1), 4
    whitener = np.linalg.inv(np.linalg.cholesky(np.cov(y.T)))
    radius = cKDTree(y @ whitener.T).query(y @ whitener.T, k + 1)[0][:, k]
    surprise = digamma(len(y)) - digamma(k) + np.log(np.pi * radius**2)
    volume = np.log(4 / drop.particles) + np.log(y).sum(axis=1) / 2
    return surprise - np.linalg.slogdet(whitener)[1] - volume


def steps(bounds):
    print("\nThe paper's protocol: 1000 steps of 1e-6 against 100 of 1e-5, the same 2048 starts")
    coarse = LiquidDrop.paper(deformation=0.15)
    fine = replace(coarse, step=1e-6, steps=1000)
    before = replace(coarse, steps=0)
    edges = np.linspace(0, 2.8, 281)
    rmi, shares, energies = {}, {}, {}
    drops = {"start": before, "coarse": coarse, "fine": fine}
    for (name, drop), x in zip(drops.items(), samples(drops.values(), 2048), strict=True):
        positions = places(drop, x)
        rmi[name] = second_moments_rmi(drop, x)
        shares[name] = np.mean(
            [np.histogram(pdist(p), edges)[0] for p in positions[:512]], axis=0
        ) / (250 * 249 / 2)
        energies[name] = (
            np.concatenate(
                [
                    literal_drop.pair_energy(p[np.newaxis], **literal_law(drop))
                    for p in positions[:512]
                ]
            )
            / drop.particles
        )
        energy = energies[name].mean()
        print(f"  {name:7s} RMI {rmi[name].mean():.4f}   energy per particle {energy:.3f}")
    difference = rmi["coarse"].mean() - rmi["fine"].mean()
    bounds.check("RMI, coarse less fine", abs(difference), at_most=0.01, unit="nats")
    apart = {
        name: np.abs(np.cumsum(shares[name] - shares["fine"])).max() for name in ("start", "coarse")
    }
    print(f"  largest difference of the cumulative pair distribution, before: {apart['start']:.1e}")
    bounds.check("the same, coarse / before", apart["coarse"] / apart["start"], at_most=0.05)


def observables(drop, x):
    x, n = places(drop, x), len(x)
    shapes = drop.shapes(n, seed=0)
    parts = [slice(i, i + 32) for i in range(0, n, 32)]
    law = literal_law(drop)
    above, below = np.concatenate(
        [
            literal_drop.configurational_temperature(
                x[p], *(field[p] for field in shapes), wall=drop.wall, **law
            )
            for p in parts
        ],
        axis=1,
    )
    energy = np.concatenate([literal_drop.pair_energy(x[p], **law) for p in parts])
    moments = (x**2).mean(axis=1)
    centre = x.mean(axis=1)
    return above / below.mean(), {
        "energy per particle": energy / drop.particles,
        "second moment": moments[:, 0],
        "variance of moment 1": (moments[:, 0] - moments[:, 0].mean()) ** 2,
        "variance of moment 2": (moments[:, 1] - moments[:, 1].mean()) ** 2,
        "variance of centre": (centre**2).mean(axis=1),
        "variance of a coordinate": x[:, 0, 0] ** 2,
    }


def thermal(bounds):
    n = 256
    print(f"\nThe thermal preset, {n} samples, deformation 0.1, kT = 0.5")
    drop = LiquidDrop.thermal(deformation=0.1)
    variants = {
        "lattice": drop,
        "uniform": replace(drop, start="uniform"),
        "half step": replace(drop, step=drop.step / 2, steps=2 * drop.steps),
    }
    found = {}
    made = samples(variants.values(), n)
    for (name, variant), x in zip(variants.items(), made, strict=True):
        kT, found[name] = observables(variant, x)
        print(f"  {name:10s} configurational kT {kT.mean():.4f} ± {mean_and_error(kT)[1]:.4f}")
        bounds.check(f"{name}: kT off by", abs(kT.mean() / drop.temperature - 1), at_most=0.03)
    print("  differences from the lattice start in their standard errors, sample by sample:")
    for key, reference in found["lattice"].items():
        for name in ("uniform", "half step"):
            mean, error = mean_and_error(reference - found[name][key])
            bounds.check(f"{key}, {name}", abs(mean) / error, at_most=4)


if __name__ == "__main__":
    use_one_thread_per_operation()
    if sys.argv[1:] == ["chunk"]:
        print(json.dumps(chunk_seconds()))
        sys.exit()
    parts = {"speed": speed, "steps": steps, "thermal": thermal}
    bounds = Bounds()
    for part in sys.argv[1:] or parts:
        parts[part](bounds)
    remove_pieces(FOLDER)
    bounds.exit()
