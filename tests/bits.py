"""Digests of what the project computes, to compare processors: `python -m tests.bits [PART ...]`.

Prints the parts as JSON, a SHA-256 for each name. `test_same_bits.py` runs it natively and under an
emulator; without a part it does those that one emulated processor can do in six minutes, "all" does
the rest as well.
"""

import hashlib
import io
import json
import sys

import rmi_tf
from rmi_tf import tf
from rmi_tf.estimators import autoregressive
from rmi_tf.estimators import flow as flows
from rmi_tf.estimators.sample import Sample

import numpy as np
import scipy.special
from matplotlib.figure import Figure
from scipy.spatial import cKDTree
from sklearn.mixture import GaussianMixture

from data_generators import (
    Blob,
    Camera,
    DoubleWell,
    HenonMap,
    LatticeField,
    LiquidDrop,
    LogisticMap,
    Lorenz63,
    MullerBrown,
    OscillatorChain,
    Spiral,
    UniformNoise,
    VariedPacket,
    WavePacket,
    spirals,
)
from figures import style

STEPS = 2  # of an ascent: the second one starts from weights that the first one has moved


def digest(*arrays):
    content = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        content.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
    return content.hexdigest()


def numpy_functions():
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 4000))
    positive = np.exp(x)
    with np.errstate(all="ignore"):
        found = {f"np.{f.__name__}": digest(f(x)) for f in (np.exp, np.expm1, np.sin, np.cos)}
        found |= {f"np.{f.__name__}": digest(f(positive)) for f in (np.log, np.log1p, np.sqrt)}
        found |= {f"np.{f.__name__}": digest(f(x, y)) for f in (np.arctan2, np.hypot)}
    found["np.power"] = digest(positive**y, positive**-2.0)
    found["float32"] = digest(*(f(np.float32(positive)) for f in (np.exp, np.log, np.sqrt)))
    found["sums"] = digest(x.sum(), x.mean(), x.std(), np.cumsum(x), np.float32(x).sum())
    found["quantiles"] = digest(
        np.median(x), np.percentile(x, [25, 75]), np.interp(y, *[np.sort(x)] * 2)
    )
    return found


def linear_algebra():
    """Of many rows, so that they are cut into blocks."""
    x = np.random.default_rng(0).normal(size=(6000, 30))
    square = x.T @ x
    found = {"np.matmul": digest(square, x @ square, np.float32(x) @ np.float32(square))}
    found["np.linalg.eigh"] = digest(*np.linalg.eigh(square))
    found["np.linalg.cholesky"] = digest(np.linalg.cholesky(square))
    found["np.linalg.solve"] = digest(np.linalg.solve(square, x[:30]), np.linalg.inv(square))
    found["np.linalg.slogdet"] = digest(*np.linalg.slogdet(square))
    found["np.linalg.qr"] = digest(*np.linalg.qr(x[:30]))
    found["np.einsum"] = digest(np.einsum("ni,nj->ij", x[:500], x[:500]))
    return found


def scipy_functions():
    generator = np.random.default_rng(0)
    u, x = generator.random(4000), generator.normal(size=(2000, 2))
    names = ("ndtri", "digamma", "entr", "gammaln")
    found = {f"scipy.{name}": digest(getattr(scipy.special, name)(u)) for name in names}
    found["scipy.ndtr"] = digest(scipy.special.ndtr(x), scipy.special.erf(x))
    found["scipy.logsumexp"] = digest(scipy.special.logsumexp(x, axis=1))
    found["scipy.polygamma"] = digest(scipy.special.polygamma(1, 1 + 10 * u))
    found["scipy.cKDTree"] = digest(cKDTree(x).query(x, 5)[0])
    return found


def samples():
    return {
        "spiral": digest(*(Spiral().sample(1000, seed=0), *Spiral().lattice())),
        "even points": digest(Spiral().even_points(1000, seed=0)),
        "wave packet": digest(WavePacket().sample(1000, seed=0)),
        "varied packet": digest(VariedPacket().sample(1000, seed=0)),
        "spirals": digest(spirals(5).sample(1000, seed=0)),
        "chaos": digest(LogisticMap().sample(1000, seed=0), HenonMap().sample(1000, seed=0)),
        "flow": digest(*Lorenz63(settling=1.0).tangents(np.full((9, 3), 5.0), [0.5, 1.0])),
        "lattice field": digest(LatticeField.critical(4).sample(300, seed=0)),
        "oscillators": digest(OscillatorChain().sample(1000, seed=0)),
        "images": digest(Blob().sample(100, seed=0), Blob(turned=True).sample(100, seed=0)),
        "molecules": digest(
            *(of.sample(300, seed=0) for of in (MullerBrown(spacing=0.1), DoubleWell())),
            *(of.trajectory(30, seed=0, chains=9) for of in (MullerBrown(), DoubleWell())),
        ),
        "detectors": digest(Camera().sample(1000, seed=0), UniformNoise().sample(1000, seed=0)),
    }


def neighbours():
    y = np.random.default_rng(0).normal(size=(1000, 2)) @ [[2, 1], [0, 1]]
    result = rmi_tf.rmi_from_terms(y, np.zeros(1000))
    return {"nearest neighbours": digest(result.rmi, result.se)}


def linear_features():
    """Of more coordinates than a block has, in both precisions."""
    x, w = np.random.default_rng(0).normal(size=(2, 600, 600))
    both = [(x, w), (np.float32(x), np.float32(w))]
    found = [rmi_tf.evaluate(rmi_tf.linear(w[:, :k]), x) for x, w in both for k in (1, 3)]
    single = [rmi_tf.evaluate(rmi_tf.linear(w[:, 0]), x) for x, w in both]
    return {"linear features": digest(*(part for parts in found + single for part in parts))}


def figure_2b():
    """One block of samples, at one noise, as the notebook has it."""
    packet, xi = WavePacket().draws(2000, seed=0)[0]
    x = packet + np.float32(0.2) * xi
    component = rmi_tf.principal_components(x)[:, 0]
    names = ("mean_field", "amplitude_position", "intensity_position", "normalized_position")
    features = [getattr(rmi_tf, name) for name in names]

    @tf.function(jit_compile=True, autograph=False)
    def terms(x, component):
        return rmi_tf.stacked_terms([*features, rmi_tf.linear(component)], x)

    found = terms(x, component).numpy()
    rmis = [rmi_tf.rmi_from_terms(*of) for of in found]
    return {
        "principal component": digest(component),
        "terms of Fig. 2b": digest(found),
        "RMI of Fig. 2b": digest([r.rmi for r in rmis], [r.se for r in rmis]),
    }


def drop():
    x = LiquidDrop.paper(steps=3).sample(64, seed=0)
    return {
        "drop": digest(x),
        "its moments": digest(*rmi_tf.evaluate(rmi_tf.second_moments, np.tile(x, (2, 1)))),
    }


def ascended(model, protocol):
    history = rmi_tf.ascend(model, protocol, steps=STEPS)
    weights = [np.asarray(weight) for weight in model.get_weights()]
    return digest(history.entropy, history.log_volume, *weights)


def ascents():
    """At the real widths, on two blocks of points and a few more."""
    x, weights = Spiral().lattice(points=23)
    found = {"paper protocol": ascended(rmi_tf.network(seed=0), rmi_tf.paper_protocol(x, weights))}
    fresh = lambda step: Spiral().even_points(600, seed=step)  # noqa: E731
    accurate = rmi_tf.accurate_protocol(fresh, steps=STEPS)
    model = rmi_tf.network(seed=0)
    found["accurate protocol"] = ascended(model, accurate)
    unseen = rmi_tf.evaluate(model, Spiral().sample(1000, seed=0))
    return found | {"a network's terms": digest(*unseen)}


def other_ascents():
    drops = LiquidDrop.paper(steps=0).sample(300, seed=0)
    some = rmi_tf.neighbour_protocol(drops, steps=STEPS)
    found = {"neighbour protocol": ascended(rmi_tf.exchangeable_network(250, seed=0), some)}
    many = rmi_tf.variational_protocol(drops, components=6, steps=STEPS)
    model = rmi_tf.exchangeable_network(250, seed=0, components=6)
    found["variational protocol"] = ascended(model, many)
    images = Blob(side=16, places=(5.0, 11.0)).sample(600, seed=0)
    guarded = rmi_tf.neighbour_protocol(images, steps=STEPS, guard=0.1)
    found["guard"] = ascended(rmi_tf.convolutional_network(16, seed=0), guarded)
    fields = WavePacket().sample(100, seed=0)
    dial = rmi_tf.dial_protocol(fields, 0.5, 0.1, steps=STEPS, seed=0)
    found["dial protocol"] = ascended(rmi_tf.smooth_network(100, seed=0), dial)
    return found


def high_dimension():
    y = spirals(5).sample(2000, seed=0)
    bound = rmi_tf.variational_entropy(y, seed=0, steps=3)
    field = VariedPacket().sample(300, seed=0)
    mixture = GaussianMixture(4, random_state=0).fit(y)
    return {
        "Eq. (8)": digest(bound.entropy, bound.se),
        "packet fit": digest(*rmi_tf.evaluate(rmi_tf.packet_fit(), field)),
        "mixture of Gaussians": digest(mixture.means_, mixture.score_samples(y)),
    }


def flow():
    """Every stage of the estimate for three components and more, few steps of the members."""
    y = spirals(3).sample(1800, seed=0)
    sample = Sample.of(y)
    z, volume, line, _ = flows._turned(sample)
    pools, held = flows._parts(sample)
    found = autoregressive.fitted(np.float32(z), pools, held, seed=0, steps=STEPS)
    return {
        "independent axes": digest(z, volume, line),
        "flows": digest(*found),
        "mixtures": digest(*flows._mixtures(line, pools, held)),
    }


def picture():
    """A PNG, whose compression could choose by processor, too."""
    with style.paper():
        figure, content = Figure(), io.BytesIO()
        figure.subplots().imshow(Spiral().lattice()[1].reshape(100, 100), interpolation="bilinear")
        figure.savefig(content, format="png", dpi=300)
    return {"picture": digest(np.frombuffer(content.getvalue(), np.uint8))}


SHORT = [numpy_functions, linear_algebra, scipy_functions, samples, neighbours]
SHORT += [linear_features, figure_2b, drop, ascents]
LONG = [other_ascents, high_dimension, flow, picture]

if __name__ == "__main__":
    rmi_tf.use_one_thread_per_operation()
    asked = sys.argv[1:]
    parts = (
        SHORT + LONG
        if asked == ["all"]
        else [p for p in SHORT + LONG if p.__name__ in asked] or SHORT
    )
    found = {}
    for part in parts:
        found |= part()
        print(part.__name__, file=sys.stderr, flush=True)
    print(json.dumps(found))
