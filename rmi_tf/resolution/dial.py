"""Information at two resolutions, of x and of the reading: a dial with marks; beyond Eq. (5).

A finite resolution ε of x alone does not single out smooth features: one real number can hold two
coordinates, as lanes do. Nobody reads a real number, though. Let the feature move the hand of a
dial whose scale is the uniform gauge of Fig. 3, and let it be read with an error δ, a share of the
dial's length:

    y = F(f(x + ελ)) + δη,    F the cumulative distribution of f(x + ελ),    λ, η normal.

I(x; y) is finite, and the same for f, f³ and every other monotone function of f, Eq. (2), since
the scale is fixed. Both entropies are those of a distribution on [0, 1] folded with a Gaussian of
width δ: a uniform one for y, the histogram of many draws for y given x.

For small ε and δ it is -<½ ln(|∇ŷ|² + (δ/ε)²)> up to a constant, with ŷ the feature in the uniform
gauge: `accurate_protocol` climbs that with the guard δ/ε, `dial_protocol` the information itself.
"""

import math
from typing import Any, NamedTuple

from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature
from rmi_tf.computing.samples import MIN_SAMPLES
from rmi_tf.estimators.base import value_range
from rmi_tf.estimators.marks import Marks, of_the_scale
from rmi_tf.gauge import UniformGauge
from rmi_tf.resolution.draws import over_draws

import numpy as np

CELLS = 6  # of the histogram to a δ
POOL = 100_000  # values at least that the scale is made of


class DialInformation(NamedTuple):
    """I(x; y) of a feature read off a dial, in nats, and what each sample says of it."""

    information: float
    se: float  # standard error, of the samples that were read and of those that made the scale
    epsilon: float
    delta: float
    n: int  # samples that were read
    draws: int
    # (samples,): their mean is the information, their deviation over √n its error; differences of
    # two features' shares, from the same samples and seed, have the error of a paired comparison
    shares: np.ndarray

    def __repr__(self) -> str:
        return (
            f"I(x; y) {self.information:z.4f} ± {self.se:.2g} nats (ε = {self.epsilon:g}, δ = "
            f"{self.delta:g}, n = {self.n}, {self.draws} draws)"
        )


def dial_information(
    feature: Feature,
    samples: Any,
    epsilon: float,
    delta: float,
    *,
    seed: int,
    read: int = 1000,
    draws: int = 1024,
    noise_covariance: Any = None,
) -> DialInformation:
    """I(x; y) of y = F(f(x + ελ)) + δη, for a feature of one component.

    All samples make the scale F, the first `read` of them are read. Of each, `draws` tell the
    distribution of y given x; what so few leave out, about 1/(δ · draws), is taken away by its
    difference from half as many.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, 1).
        samples: (n, N), independent.
        epsilon: the resolution of x, in units of λ.
        delta: the error of a reading, a share of the dial's length, at most 1.
        seed: of λ.
        read: how many samples; more for a smaller standard error.
        draws: of each; more where δ is small.
        noise_covariance: Σ of λ, as in `renormalized_mutual_information`; None for the identity.

    Raises:
        TypeError: samples that are not an array of numbers.
        ValueError: wrong shapes, values that are not finite, K > 1, a feature that is constant, an
            ε or δ out of range, too few samples or draws.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import dial_information, linear
        >>> x = np.random.default_rng(0).normal(size=(20_000, 2))
        >>> first = linear([1.0, 0.0])
        >>> dial_information(first, x, 0.5, 0.1, seed=0).information > 0.4
        True
    """
    check_delta(delta)
    read = check_whole("read", read, least=MIN_SAMPLES)
    draws, seed = check_whole("draws", draws, least=64), check_whole("seed", seed, least=0)
    how = {"epsilon": epsilon, "covariance": noise_covariance}
    each = -(-POOL // len(samples)) if hasattr(samples, "shape") and len(samples) else 1
    pool = over_draws(_one_component, feature, samples, seed=seed, draws=each, **how)
    low, high = value_range(pool.reshape(-1, 1))
    if low == high:
        raise ValueError(f"feature: expected values that vary, got {low[0]} on all samples")
    scale = UniformGauge.of(pool.ravel())
    cells = round(CELLS / delta)

    def histograms(y: np.ndarray) -> np.ndarray:
        """Of the first and the second half of the draws of each sample, (rows, 2, cells)."""
        number = np.minimum((scale(_one_component(y)) * cells).astype(int), cells - 1)
        half = np.arange(draws) * 2 // draws
        place = (np.arange(len(y))[:, np.newaxis] * 2 + half) * cells + number
        return np.bincount(place.ravel(), minlength=len(y) * 2 * cells).reshape(-1, 2, cells)

    counts = over_draws(histograms, feature, samples[:read], seed=seed + 1, draws=draws, **how)
    marks = Marks(cells, delta)
    halves = marks.entropies(counts / counts.sum(axis=-1, keepdims=True))[0].mean(axis=1)
    mass = counts.sum(axis=1) / draws
    whole, slopes = marks.entropies(mass)
    conditional = 2 * whole - halves
    information = marks.entropy_of_dial() - float(conditional.mean())
    shares = information + of_the_scale(scale(pool), np.mean(mass * slopes, axis=0))
    shares[:read] += (conditional.mean() - conditional) * len(pool) / len(counts)
    se = float(shares.std(ddof=1) / math.sqrt(len(shares)))
    return DialInformation(information, se, epsilon, delta, len(counts), draws, shares)


def check_delta(delta: float) -> None:
    """Refuse an error of a reading that is no share of a dial's length."""
    check_positive("delta", delta)
    if delta > 1:
        raise ValueError(f"delta: expected a share of the dial's length, at most 1, got {delta}")


def _one_component(y: np.ndarray) -> np.ndarray:
    if y.shape[2] != 1:
        raise ValueError(f"feature: a dial shows one component, got K = {y.shape[2]}")
    return y[:, :, 0]
