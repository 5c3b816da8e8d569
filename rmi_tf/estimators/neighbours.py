"""Entropy of two components from nearest neighbours (Kozachenko and Leonenko).

Use it for K = 2: at 10,000 independent samples a histogram of 180 x 180 cells is low by half a nat
where this is off by less than 0.01. `neighbour_terms` seeks them in y itself, made round; the
estimator after it has made each component Gaussian.
"""

import math

from rmi_tf.computing.blocks import covariance, forward_substitution
from rmi_tf.estimators.base import WIDER, Pointwise, Scatter
from rmi_tf.estimators.sample import Sample
from rmi_tf.estimators.spacings import BLOCK, MARKS_EACH_SIDE, gaps, log_mass, mass_between

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma, ndtri, polygamma

K_NEIGHBOURS = 4
EVERY = 2 * MARKS_EACH_SIDE  # values in a piece of a component's map, as in a window of spacings
AROUND = 32  # neighbours that tell how the density is stretched about a value
ROUND = -0.0079  # what that changes on uniform points, where nothing is stretched; ± 0.0002
SECOND = 20_000  # values at most at which a second estimate is made
PAIRS = ((0, 0), (0, 1), (1, 1))
STAYS = 0.49  # measured on uniform and Gaussian pairs, to 3 %
NEAR = 0.14  # of a component's scale: what is left of it off the line that the other one tells
PARALLEL = 1e-13  # of a component's scale: what rounding leaves off the line in float64
NEXT_TO_ONE = 1e-9  # shares that are left of it; those of equal rows are larger
EQUAL = 1e-9  # masses whose squares differ by less are equal
FEW = 5000  # samples that are looked up sooner than a thread has begun


def neighbour_terms(y: np.ndarray, *, k: int = K_NEIGHBOURS) -> np.ndarray:
    """-ln p̂(y_i) of every sample, (n,); the mean is H(y) in nats.

    -ln p̂(y_i) = ψ(n) - ψ(k) + ln V_K + K ln r_i, with r_i the distance to the k-th neighbour in
    whitened coordinates and V_K the unit ball's volume, plus the logarithm of the whitening's
    determinant. Where k neighbours coincide with a sample the term is -inf.

    Args:
        y: (n, K) finite values, not all on a line.
        k: which neighbour.

    Raises:
        ValueError: values on a line, or the same for many samples.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import neighbour_terms
        >>> y = np.random.default_rng(0).normal(size=(10_000, 2))
        >>> round(float(neighbour_terms(y).mean()), 1)  # H = ln 2πe = 2.838
        2.8
    """
    y = np.asarray(y, np.float64)
    n, components = y.shape
    whitened, factor = robustly_whitened(y)
    threads = -1 if n > FEW else 1
    distance = cKDTree(whitened).query(whitened, k + 1, workers=threads)[0][:, -1]
    with np.errstate(divide="ignore"):
        log_distance = np.log(distance)
    constant = digamma(n) - digamma(k) + _log_ball(components) + log_det(factor)
    return constant + components * log_distance


def evened(y: np.ndarray, mass: np.ndarray, every: int) -> tuple[np.ndarray, np.ndarray]:
    """Each component of y (d, K) mapped to Gaussian values z (d, K), and -ln |dz/dy| (d,).

    The maps are linear between quantiles `every` values apart, beside gaps, and ever closer towards
    the ends. What their slopes gain by following the values' scatter is put back: ln - ψ of the
    number of values (with masses (d,), of Kish's) in each piece.
    """
    z, stretched = np.empty(y.shape), np.zeros(len(y))
    for k, component in enumerate(y.T):
        values, _, number = np.unique(component, return_index=True, return_inverse=True)
        of_value = np.bincount(number, mass, len(values))
        knots = _knots(values, every)
        place = _gaussian_places(of_value)[knots]
        piece = np.clip(np.searchsorted(knots, number, "right") - 1, 0, len(knots) - 2)
        held, squares = mass_between(of_value, knots[:-1], knots[1:])
        gained = np.log(held) - log_mass(held, squares)
        z[:, k] = np.interp(component, values[knots], place)
        stretched += (np.log(np.diff(values[knots]) / np.diff(place)) + gained)[piece]
    return z, stretched


def _gaussian_places(mass: np.ndarray) -> np.ndarray:
    """Gaussian quantiles at the middle of each of the masses (d,)."""
    below, above = np.cumsum(mass) - mass / 2, np.cumsum(mass[::-1])[::-1] - mass / 2
    low, high = below / mass.sum(), above / mass.sum()
    # a share next to 1 is rounded, what is left of it is not
    return np.where(high > NEXT_TO_ONE, ndtri(low), -ndtri(high))


def _knots(values: np.ndarray, every: int) -> np.ndarray:
    """Numbers of the sorted values between which a map is linear."""
    last = len(values) - 1
    ends = np.append(0, 2 ** np.arange(int(math.log2(every))))
    inner = np.arange(every, last - every // 2, every)
    beside = np.flatnonzero(gaps(values, MARKS_EACH_SIDE))
    knots = np.unique(np.concatenate([ends, inner, last - ends, beside, beside + 1]))
    return knots[(knots >= 0) & (knots <= last)]


class Neighbours(Pointwise):
    """Ĩ of two components: nearest neighbours, after each component has been made Gaussian.

    Neighbours are round balls: where one component is far denser than the other they tell neither.
    So they are sought among the components' Gaussian values, of which a monotone map of a component
    changes hardly anything: the value keeps Eq. (2).

    Edges that lie askew make it too high, and so do peaks far apart, of which the maps make boxes:
    eight narrow ones by 0.03 nats at 10,000 samples and 0.12 at 1000. No error bar knows of that.
    """

    components = range(2, 3)
    least = 250

    def surprisals(self, sample: Sample, *, apart: int = 0, progress: bool = False) -> np.ndarray:
        """-ln p̂ of distinct values, (3, d).

        The second is from twice as many neighbours and marks. The third, made at some values, has
        balls that are round where each lies: one round metric for all is too coarse where the
        density is thin along a curve. (It is coarser elsewhere, so it is not the estimate.)
        """
        y, log_det = _off_line(sample.y)
        found = np.full((3, len(y)), np.nan)
        for row, times in zip(found[:2], (1, WIDER), strict=True):
            z, stretched = evened(y, sample.mass, times * EVERY)
            whitened, factor = robustly_whitened(z)
            row[:] = _by_neighbours(z, whitened, factor, sample, times * K_NEIGHBOURS, apart)
            row += stretched + log_det
            if times == 1 and not apart:
                some = slice(None, None, -(-len(z) // SECOND))
                found[2, some] = _round_change(whitened, sample.mass, some) - ROUND
        return found + [[0.0], [0.0], [1.0]] * found[0]

    def own_scatter(self, n: int) -> Scatter:
        """That of the density estimate, from neighbours and from the pieces of the two maps.

        The logarithm of a ball over k neighbours scatters with variance ψ'(k) even where the
        density is known. Balls overlap, and what they share does not average out: n times the
        variance of the mean is larger, STAYS.
        """
        ball, double = polygamma(1, K_NEIGHBOURS), polygamma(1, WIDER * K_NEIGHBOURS)
        piece, twice = polygamma(1, EVERY), polygamma(1, WIDER * EVERY)
        widening = float(ball - double + 2 * (piece - twice))
        return Scatter(float(ball + 2 * piece), STAYS, widening)


NEIGHBOURS = Neighbours()


def _by_neighbours(
    z: np.ndarray,
    whitened: np.ndarray,
    factor: np.ndarray,
    sample: Sample,
    k: int,
    apart: int,
) -> np.ndarray:
    """-ln p̂ of values z (d, K) by the k-th neighbour in whitened ones, (d,).

    Neighbours that came within `apart` rows do not count.
    """
    d = len(z)
    tree, threads = cKDTree(whitened), -1 if d > FEW else 1
    found, shares2 = np.empty((2, d))
    todo, most = np.arange(d), k + 1
    while len(todo):
        left = []
        for some in np.array_split(todo, -(-len(todo) * most // BLOCK)):
            distance, other = tree.query(whitened[some], min(most, d), workers=threads)
            far = other != some[:, np.newaxis]
            if apart:
                far &= np.abs(sample.time[other] - sample.time[some, np.newaxis]) > apart
            place = np.cumsum(far, axis=1)
            done = (place[:, -1] >= k) | (most >= d)
            counted = (far & (place <= k))[done]
            radius = np.max(np.where(counted, distance[done], 0.0), axis=1)
            mass = sample.mass[other[done]] * counted
            shares2[some[done]] = np.sum(mass**2, axis=1) / np.sum(mass, axis=1) ** 2
            found[some[done]] = _in_balls(np.log(radius), mass, k)
            found[some[done]] -= _of_strips(z[some[done]], radius, factor, sample, k)
            left.append(some[~done])
        todo, most = np.concatenate(left), 2 * most
    found -= _of_masses(float(np.average(shares2, weights=sample.mass)), k)
    return found + log_det(factor) + np.log(sample.far_mass(apart)) + digamma(d) - math.log(d)


def _of_strips(
    z: np.ndarray, radius: np.ndarray, factor: np.ndarray, sample: Sample, k: int
) -> np.ndarray:
    """What it adds to -ln p̂ that the maps have counted the values in each strip.

    In a strip as wide as the ball, with S values, the map has made their number what a Gaussian's
    is. To the others S - 1 are left, so their density is low by 1/S, and their number in the ball
    scatters less, which takes half of that from -ln p̂ again.
    """
    extent = radius[:, np.newaxis] * np.sqrt(np.sum(factor**2, axis=1))
    effective = sample.mass.sum() ** 2 / np.sum(sample.mass**2)
    held = effective * 2 * extent * np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return np.sum(0.5 / np.maximum(held, k), axis=1)


def _in_balls(log_radius: np.ndarray, mass: np.ndarray, k: int) -> np.ndarray:
    """-ln of the density in balls in the plane that hold masses (balls, k of them not 0)."""
    return _log_ball(2) + 2 * log_radius - np.log(mass.sum(axis=1) / k) - digamma(k)


def _of_masses(shares2: float, k: int) -> float:
    """By how much -ln of a ball's mass is too high because its k masses scatter.

    As if they were drawn from a gamma distribution of shape α: α from the mean square of the ball's
    mass, Σ w²/(Σ w)² = (α + 1)/(k α + 1); then ln k α - ψ(k α). A ball's own value is not in it.
    """
    if shares2 <= 1 / k + EQUAL:
        return 0.0
    shape = (1 - shares2) / (k * shares2 - 1)
    return float(np.log(k * shape) - digamma(k * shape))


def _round_change(z: np.ndarray, mass: np.ndarray, some: slice) -> np.ndarray:
    """By how much -ln p̂ of some values z (d, 2) changes if balls are round where they lie."""
    threads = -1 if len(z) > FEW else 1
    distance, other = cKDTree(z).query(z[some], AROUND + 1, workers=threads)
    held, away = mass[other[:, 1:]], z[other[:, 1:]] - z[some, np.newaxis]
    weight = held / held.sum(axis=1, keepdims=True)
    xx, xy, yy = (np.sum(weight * away[..., i] * away[..., j], axis=1) for i, j in PAIRS)
    determinant = xx * yy - xy**2
    mahalanobis2 = (
        yy[:, np.newaxis] * away[..., 0] ** 2
        - 2 * xy[:, np.newaxis] * away[..., 0] * away[..., 1]
        + xx[:, np.newaxis] * away[..., 1] ** 2
    ) / determinant[:, np.newaxis]
    nearest = np.argsort(mahalanobis2, axis=1, kind="stable")[:, :K_NEIGHBOURS]
    radius2 = np.take_along_axis(mahalanobis2, nearest[:, -1:], axis=1)[:, 0]
    log_radius = 0.5 * np.log(radius2) + 0.25 * np.log(determinant)
    within = np.take_along_axis(held, nearest, axis=1)
    usual = _in_balls(np.log(distance[:, K_NEIGHBOURS]), held[:, :K_NEIGHBOURS], K_NEIGHBOURS)
    return _in_balls(log_radius, within, K_NEIGHBOURS) - usual


def _log_ball(components: int) -> float:
    """Logarithm of the unit ball's volume."""
    return 0.5 * components * math.log(math.pi) - math.lgamma(0.5 * components + 1)


def robustly_whitened(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values z (d, K) whose central half is isotropic, and F (K, K), with y = z Fᵀ + a constant.

    Neighbours are round balls, so a stretched density must be made round first; outliers do not
    count, and a linear map of y changes nothing but the determinant.
    """
    centre = np.median(y, axis=0)
    scale = np.subtract(*np.percentile(y, [75, 25], axis=0))
    scale = np.where(scale > 0, scale, np.ptp(y, axis=0))
    z, whole = (y - centre) / scale, np.diag(scale)
    for _ in range(3):  # the central half depends on what is round: a few rounds settle it
        radius = (z**2).sum(axis=1)
        core = covariance(z[radius <= np.median(radius)])
        try:
            factor = np.linalg.cholesky(core)
        except np.linalg.LinAlgError:
            factor = np.zeros_like(core)
        whole = np.array([[np.sum(row * column) for column in factor.T] for row in whole])
        if np.any(np.diag(whole) <= PARALLEL * np.abs(whole).max(axis=1)):
            raise ValueError(
                "feature: expected values spread over K dimensions, but half of them or more lie "
                "in one point or on one line"
            )
        z = np.stack(forward_substitution(factor, z), axis=1)
    return z, whole


def log_det(factor: np.ndarray) -> float:
    """The logarithm of a triangular matrix's determinant."""
    return float(np.log(np.diag(factor)).sum())


def _off_line(y: np.ndarray) -> tuple[np.ndarray, float]:
    """Values y (d, 2) that lie close to a line as two coordinates along and off it; ln |det dy/d|.

    Two components that nearly agree, each made Gaussian by itself, would differ by the scatter of
    the two maps.
    """
    z, factor = robustly_whitened(y)
    if factor[1, 1] > NEAR * math.hypot(factor[1, 0], factor[1, 1]):
        return y, 0.0
    return z, log_det(factor)
