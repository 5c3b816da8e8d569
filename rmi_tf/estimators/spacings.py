"""Entropy of one component from m-spacings: accurate, in any gauge, for heavy tails too.

Use it for K = 1 wherever the samples are independent; it needs them all at once. Sorted values
z_1 < ... < z_n are a ruler with equal probability 1/(n + 1) between its marks; the density at z_i
follows from the distance between the marks m before and m after it.
"""

from rmi_tf.computing.blocks import log
from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.density import columns
from rmi_tf.estimators.base import Pointwise

import numpy as np
from scipy.special import digamma, polygamma

MARKS_EACH_SIDE = 8  # measured to keep the bias under 1e-3 nats at 10,000 samples
GAP = 30.0  # times the spacings on both sides: in a smooth density not one in 1e6 is so wide
MOST_ALIKE = 0.1  # share of the samples with one and the same value; rounded data have fewer


def spacings_terms(y: Tensor, *, m: int = MARKS_EACH_SIDE) -> Tensor:
    """-ln p̂(y_i) of every sample, (n,), in the samples' order; the mean is H(y) in nats.

    -ln p̂(z_i) = ln(z_u - z_l) - ψ(u - l) + ln(n + 1), with u = min(i + m, n), l = max(i - m, 1):
    the windows shrink at the ends instead of leaving them out. Differentiable through the sort.
    Where rounding has made all values in a window equal, windows end only where the value changes
    (see `_past_ties`); where all of y is equal they are -inf.

    Args:
        y: (n,) or (n, 1), n > 2 m.
        m: half the window.

    Raises:
        ValueError: more than one component, too few samples, or m < 1.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import spacings_terms
        >>> y = np.random.default_rng(0).uniform(0, 2, 10_000)
        >>> terms = spacings_terms(y).numpy()
        >>> terms.shape, round(float(terms.mean()), 2)  # H = ln 2
        ((10000,), 0.69)
    """
    m = check_whole("m", m, least=1)
    y = columns(y)
    if y.shape[1] != 1:
        raise ValueError(f"y: spacings take one component, got K = {y.shape[1]}")
    if y.shape[0] is not None and y.shape[0] <= 2 * m:
        raise ValueError(f"y: expected more than 2 m = {2 * m} samples, got {y.shape[0]}")
    y = y[:, 0]
    # NumPy sorts several times faster than TensorFlow, but not within a graph; stable, since else
    # the order of equal values is the processor's
    in_graph = tf.is_symbolic_tensor(y)
    order = tf.argsort(y) if in_graph else tf.constant(np.argsort(y, kind="stable"), tf.int32)
    z = tf.gather(y, order)
    low, high = _windows(tf.size(z), m)
    width = tf.gather(z, high) - tf.gather(z, low)
    psi = tf.gather(tf.math.digamma(tf.cast(tf.range(m, 2 * m + 1), y.dtype)), high - low - m)
    width, psi = tf.cond(
        tf.reduce_all(width > 0), lambda: (width, psi), lambda: _past_ties(z, low, high)
    )
    surprisals = log(width) - psi + log(tf.cast(tf.size(z) + 1, y.dtype))
    return tf.gather(
        surprisals, tf.math.invert_permutation(order)
    )  # several times faster than scatter_nd


def spacings_entropy(y: Tensor, *, m: int = MARKS_EACH_SIDE) -> Tensor:
    """H(y) in nats, a scalar tensor: the mean of `spacings_terms`, whose arguments it takes.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import spacings_entropy
        >>> y = np.random.default_rng(0).uniform(0, 2, 10_000)
        >>> round(float(spacings_entropy(y)), 2)  # ln 2
        0.69
    """
    return tf.reduce_mean(spacings_terms(y, m=m))


def gaps(z: np.ndarray, m: int) -> np.ndarray:
    """Which spacings of sorted values z (..., n) are gaps, (..., n - 1), for windows of m marks.

    One is a gap if it is far wider than those beside it, on both sides: nothing lies there. Where
    only one side is so dense it is the edge of a dense place, or a tail. None where values are
    equal, which makes every spacing look wide.
    """
    n, spacing = z.shape[-1], np.diff(z, axis=-1)
    found = np.zeros(spacing.shape, bool)
    if n > 2 * m + 1:
        before = (z[..., m : n - 1 - m] - z[..., : n - 1 - 2 * m]) / m
        after = (z[..., 2 * m + 1 :] - z[..., m + 1 : n - m]) / m
        dense = np.maximum(before, after)
        found[..., m : n - 1 - m] = (spacing[..., m : n - 1 - m] > GAP * dense) & (dense > 0)
    return found


def surprisals_between_gaps(z: np.ndarray, m: int) -> np.ndarray:
    """-ln p̂ of sorted values z (..., n), all different: windows end at a gap as at the ends."""
    n, place = z.shape[-1], np.arange(z.shape[-1])
    gap, none = gaps(z, m), np.zeros((*z.shape[:-1], 1), bool)
    first = np.where(np.concatenate([none, gap], axis=-1), place, 0)
    first = np.maximum.accumulate(first, axis=-1)
    last = np.where(np.concatenate([gap, none], axis=-1), place, n - 1)
    last = np.minimum.accumulate(last[..., ::-1], axis=-1)[..., ::-1]
    low, high = np.maximum(place - m, first), np.minimum(place + m, last)
    width = np.take_along_axis(z, high, axis=-1) - np.take_along_axis(z, low, axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(width) - digamma(high - low) + np.log(n + 1)


class Spacings(Pointwise):
    """Ĩ of one component by m-spacings."""

    components = range(1, 2)
    marks = 2 * MARKS_EACH_SIDE

    def surprisals(self, y: np.ndarray, *, coarser: int = 1) -> np.ndarray:
        """-ln p̂(y_i) by `spacings_terms`, in windows `coarser` times as wide: (n, 1) -> (n,)."""
        alike = np.unique(y, return_counts=True)[1].max() / len(y)
        if alike > MOST_ALIKE:
            raise ValueError(
                f"feature: expected values that have a density, but it has one and the same value "
                f"on {alike:.0%} of the samples"
            )
        z, m = y[:, 0].astype(np.float64), coarser * MARKS_EACH_SIDE
        order = np.argsort(z, kind="stable")
        if not gaps(z[order], m).any():
            return spacings_terms(z, m=m).numpy()
        found = np.empty(len(z))
        found[order] = surprisals_between_gaps(z[order], m)
        return found

    def excess_variance(self, n: int) -> float:
        """By how much the surprisals' variance is larger than n times that of their mean.

        The logarithm of a gap over w marks scatters with variance ψ'(w) even where the density is
        known. In the mean over overlapping windows most of that cancels: n Var of it tends to
        (2w² - 2w + 1) ψ'(w) - 2w + 1 with w = 2m (Cressie, Biometrika 63, 343, 1976), 0.02 for
        m = 8.
        """
        w = self.marks
        stays = (2 * w**2 - 2 * w + 1) * polygamma(1, w) - 2 * w + 1
        # the windows of the m values at either end have m, m + 1, ... 2 m - 1 marks, all others 2 m
        at_ends = 2 * np.sum(polygamma(1, np.arange(MARKS_EACH_SIDE, w)))
        return float((at_ends + (n - w) * polygamma(1, w)) / n - stays)


SPACINGS = Spacings()


def _windows(n: Tensor, m: int) -> tuple[Tensor, Tensor]:
    i = tf.range(n)
    return tf.maximum(i - m, 0), tf.minimum(i + m, n - 1)


def _past_ties(z: Tensor, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
    """Widths and ψ(marks) of windows that begin and end where a value begins in z.

    So equal values count as a whole, in a window that begins with them, over the distance to the
    next value; those at the end over the distance from the one before.
    """
    first = tf.searchsorted(z, z)
    after = tf.minimum(tf.searchsorted(z, z, side="right"), tf.size(z) - 1)
    low, high = tf.gather(first, low), tf.gather(first, high)
    within = tf.equal(low, high)
    high = tf.where(within, tf.gather(first, tf.gather(after, low)), high)
    low = tf.where(tf.equal(low, high), tf.gather(first, tf.maximum(low - 1, 0)), low)
    width = tf.gather(z, high) - tf.gather(z, low)
    return width, tf.math.digamma(tf.cast(tf.maximum(high - low, 1), z.dtype))
