"""Entropy of any number of components from densities that are fitted, and held out of their rows.

Use it for K ≥ 3, where bins and neighbours give out. Flows (`autoregressive`) and mixtures of
Gaussians are fitted to a part of the rows each, and judged on the others. The mean of -ln p̂ there
is a cross-entropy: above H(y) on average, by how far p̂ is from the density of y. What the fits lack
for want of rows falls a little faster than one over their number, so fits to half of the rows show
how much that is: it is taken away, and tells how far the value can be trusted. What they lack for
want of shape is the same with half of the rows; but then members often differ, too, and are better
together: that counts as an error. Edges that lie askew are seen by neither: those of a turned cube
make H too high by about 0.03 nats at K = 3.
"""

import math
import warnings

from rmi_tf.estimators.autoregressive import fitted
from rmi_tf.estimators.base import Pointwise
from rmi_tf.estimators.neighbours import evened, log_det, robustly_whitened
from rmi_tf.estimators.sample import Sample

import numpy as np
from scipy.special import expit, logsumexp
from scipy.stats import differential_entropy
from sklearn.decomposition import FastICA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

FOLDS = 6  # parts of the rows; each member is fitted to all but two of them
HELD = 2  # so that the density of a row is the mean of two
SEED = 0
EVERY = 256  # values in a piece of a component's map: the more, the less of a row is in its own
LACKED = 0.8  # by all rows, of what half of them lack more: measured, 1 if it fell as 1/n
GAUSSIANS = (1, 2, 4, 8, 16)  # in a mixture
STARTS = 16  # of a mixture, of which the likeliest goes on: one alone misses a peak in every other
FIRST_STEPS = 5  # of expectation and maximization, by when it is seen which start that is
TRIED = 20  # rows a Gaussian and component: with fewer, outliers become a Gaussian of their own
TAKEN = 20_000  # rows at most that a mixture is fitted to
NARROWEST = 1e-6  # variance of a Gaussian, of that of all rows
TURNS = 100  # of FastICA: axes that are not found by then do not matter
ROUNDS = 50  # of the share of flows and mixtures, which converges in a few
QUARTILES = 1.349  # standard deviations of a Gaussian between them


class Flow(Pointwise):
    """Ĩ of up to 20 components: flows and mixtures, each fitted without the rows it is judged on.

    The rows are cut into parts in the order in which they came, so that neither those before nor
    those after a row of a series have been seen by what it is judged by.
    """

    components = range(1, 21)
    least = least_different = 1000
    leaves_out_neighbours = False
    # a part of what fits to half of the rows lack more, and twice of what members gain together,
    # which grows with what they lack for want of shape: see `tests/bench/bench_flow.py`
    unsure = (0.6, 2.0)

    def surprisals(self, sample: Sample, *, apart: int = 0, progress: bool = False) -> np.ndarray:
        """-ln p̂ of distinct values, (3, d): the estimate, that of all rows, that of one member."""
        z, log_volume, line, of_line = _turned(sample)
        pools, held = _parts(sample)
        found = fitted(z.astype(np.float32), pools, held, seed=SEED, progress=progress)
        mixtures = _mixtures(line, pools, held)
        for rows, values in zip(held, mixtures, strict=True):
            values += log_volume[rows] - of_line
        logs, gains = [], []
        for some in (slice(FOLDS), slice(FOLDS, None)):
            flow, gain = _averaged(found[some], held[some], len(z))
            mixture, _ = _averaged(mixtures[some], held[some], len(z))
            both, share = _together(flow, mixture, sample.mass)
            logs.append(both)
            gains.append(share * gain)
        whole, half = logs
        estimate = log_volume - (whole + LACKED * (whole - half))
        return np.stack([estimate, log_volume - whole, estimate + gains[0]])


FLOW = Flow()


def _turned(sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Values z (d, K) along axes as independent as can be, and ln |det dy/dz|, (d,), for flows.

    These are FastICA's, or those of y itself where these share less. A small tilt blurs edges, so
    there each component is made Gaussian first. For mixtures FastICA's in any case, with their one
    logarithm: a Gaussian peak is one in no other than linear coordinates.
    """
    whitened, factor = robustly_whitened(sample.y)
    rows = _drawn(np.arange(len(whitened)), sample.mass, seed=0)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        ica = FastICA(whiten="unit-variance", random_state=SEED, max_iter=TURNS)
        turned = ica.fit(whitened[rows]).transform(whitened)
    volume = log_det(factor) - np.linalg.slogdet(ica.components_)[1]
    own, of_own = _scaled(sample.y, 0.0)
    turned, of_turned = _scaled(turned, volume)
    margins = [differential_entropy(z[rows], axis=0).sum() for z in (own, turned)]
    if margins[0] + of_own < margins[1] + of_turned:
        even, stretched = evened(own, sample.mass, EVERY)
        return even, of_own + stretched, turned, of_turned
    return turned, np.full(len(turned), of_turned), turned, of_turned


def _scaled(y: np.ndarray, log_volume: float) -> tuple[np.ndarray, float]:
    """Components (d, K) in units of a deviation, as their quartiles tell it."""
    low, middle, high = np.percentile(y, [25, 50, 75], axis=0)
    scale = (high - low) / QUARTILES
    return (y - middle) / scale, float(log_volume + np.log(scale).sum())


def _drawn(rows: np.ndarray, mass: np.ndarray, *, seed: int) -> np.ndarray:
    """As many rows, each as often as its mass says on average: themselves if masses are equal."""
    mass = mass[rows]
    if np.all(mass == mass[0]):
        return rows
    return np.random.default_rng(seed).choice(rows, len(rows), p=mass / mass.sum())


def _parts(sample: Sample) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Rows that each member is fitted to, and those that are held out of it.

    The first members have all of the other parts, the last ones the first half of each.
    """
    d = len(sample.y)
    order = np.argsort(sample.time, kind="stable")
    if not sample.ordered:
        order = np.random.default_rng(SEED).permutation(d)
    parts = np.array_split(order, FOLDS)
    pools: list[np.ndarray] = []
    held: list[np.ndarray] = []
    for share in (1, 2):
        for first in range(FOLDS):
            turn = [parts[(first + i) % FOLDS] for i in range(FOLDS)]
            held.append(np.concatenate(turn[:HELD]))
            rows = np.concatenate([part[: len(part) // share] for part in turn[HELD:]])
            pools.append(_drawn(rows, sample.mass, seed=1 + len(pools)))
    return pools, held


def _mixtures(z: np.ndarray, pools: list[np.ndarray], held: list[np.ndarray]) -> list[np.ndarray]:
    """The values ln p̂ of the rows that are held out of each, by mixtures of Gaussians."""

    def mixture(number: int, size: int) -> GaussianMixture:
        rows = z[pools[number][:: -(-len(pools[number]) // TAKEN)]]
        few = rows[:: max(1, len(rows) // (TRIED * size * rows.shape[1]))]
        settings = {"n_components": size, "reg_covar": NARROWEST, "random_state": SEED}
        first = GaussianMixture(
            init_params="k-means++", n_init=STARTS, max_iter=FIRST_STEPS, **settings
        ).fit(few)
        return GaussianMixture(
            weights_init=first.weights_, means_init=first.means_,
            precisions_init=first.precisions_, **settings,
        ).fit(rows)  # fmt: skip

    found = []
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        for first in (0, FOLDS):
            tried = {size: mixture(first, size) for size in GAUSSIANS}
            size = max(tried, key=lambda size: tried[size].score(z[held[first]]))
            others = [mixture(number, size) for number in range(first + 1, first + FOLDS)]
            members = zip([tried[size], *others], held[first : first + FOLDS], strict=True)
            found += [member.score_samples(z[rows]) for member, rows in members]
    return found


def _averaged(
    found: list[np.ndarray], held: list[np.ndarray], d: int
) -> tuple[np.ndarray, np.ndarray]:
    """The logarithm of the mean density by those members that have not seen a row, (d,).

    And by how much that is above the mean logarithm: how far apart the members are.
    """
    density, total = np.full((len(found), d), -np.inf), np.zeros(d)
    for row, values, some in zip(density, found, held, strict=True):
        row[some] = values
        total[some] += values
    mean = logsumexp(density, axis=0) - math.log(HELD)
    return mean, mean - total / HELD


def _together(flow: np.ndarray, mixture: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, float]:
    """The logarithm of both densities, in shares likeliest on rows unseen, and the flow's share."""
    share = 0.5
    for _ in range(ROUNDS):
        odds = math.log(share) - math.log1p(-share)
        share = float(
            np.clip(np.average(expit(odds + flow - mixture), weights=mass), 1e-9, 1 - 1e-9)
        )
    return np.logaddexp(math.log(share) + flow, math.log1p(-share) + mixture), share
