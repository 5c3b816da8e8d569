"""Entropy of one component from m-spacings: accurate, in any gauge, for heavy tails too.

Use it for K = 1 wherever the samples are independent; it needs them all at once. Sorted values
z_1 < ... < z_n are a ruler with equal probability 1/(n + 1) between its marks; the density at z_i
follows from the distance between the marks m before and m after it.
"""

from rmi_tf.computing.blocks import log
from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.density import columns
from rmi_tf.estimators.base import WIDER, Pointwise, Scatter
from rmi_tf.estimators.sample import Sample

import numpy as np
from scipy.special import digamma, polygamma

MARKS_EACH_SIDE = 8  # measured to keep the bias under 1e-3 nats at 10,000 samples
GAP = 30.0  # times the spacings on both sides: in a smooth density not one in 1e6 is so wide
BLOCK = 2**20  # marks looked at together: tens of megabytes


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
        raise ValueError(f"y: spacings take one component, got K = {y.shape[1]}; neighbours two")
    if y.shape[0] is not None and y.shape[0] <= 2 * m:
        raise ValueError(f"y: expected more than 2 m = {2 * m} samples, got {y.shape[0]}")
    y = y[:, 0]
    # NumPy sorts several times faster than TensorFlow, but not within a graph; stable, since else
    # the order of equal values is the processor's
    in_graph = tf.is_symbolic_tensor(y)
    order = tf.argsort(y) if in_graph else tf.constant(np.argsort(y, kind="stable"), tf.int32)
    z = tf.gather(y, order)
    low, high = _windows(tf.size(z), m)
    surprisals = _terms_of_sorted(z, tf.gather(z, high) - tf.gather(z, low), m)
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
    low, high = _windows_between_gaps(z, m)
    width = np.take_along_axis(z, high, axis=-1) - np.take_along_axis(z, low, axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(width) - digamma(high - low) + np.log(z.shape[-1] + 1)


def weighted_surprisals(z: np.ndarray, mass: np.ndarray, m: int) -> np.ndarray:
    """The same of sorted values (d,) with masses (d,).

    A window holds the masses within and half of those at its ends; in place of the number of marks
    stands Kish's effective one, (Σ w)²/Σ w². For equal masses it is `surprisals_between_gaps`.
    """
    low, high = _windows_between_gaps(z, m)
    held = mass_between(mass, low, high)
    return np.log(z[high] - z[low]) - log_mass(*held) + np.log(mass.sum() + mass.mean())


def mass_between(mass: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, ...]:
    """The masses (d,) between two marks and half of those at them, and the same of their squares.

    Where masses are tiny, differences of large sums would be rounding: the bounds hold there.
    """
    within, squares = (np.cumsum(w) - w / 2 for w in (mass, mass**2))
    held = np.maximum(within[high] - within[low], (mass[low] + mass[high]) / 2)
    squared = np.maximum(squares[high] - squares[low], (mass[low] ** 2 + mass[high] ** 2) / 2)
    return held, np.minimum(squared, held**2)


def surprisals_apart(sample: Sample, order: np.ndarray, m: int, apart: int) -> np.ndarray:
    """The same where marks that came within `apart` rows of a value do not count for it.

    Args:
        sample: its distinct values, K = 1.
        order: that sorts them.
        m: marks on either side that count.
        apart: rows.
    """
    z = sample.y[order, 0]
    first, last = _between_gaps(z, m)
    low, *below = _far_marks(sample, order, first, m, apart, direction=-1)
    high, *above = _far_marks(sample, order, last, m, apart, direction=1)
    held = [a + b for a, b in zip(below, above, strict=True)]
    total = sample.far_mass(apart)[order] + sample.mass.mean()
    with np.errstate(divide="ignore"):
        return np.log(z[high] - z[low]) - log_mass(*held) + np.log(total)


def _far_marks(
    sample: Sample, order: np.ndarray, end: np.ndarray, m: int, apart: int, *, direction: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Towards one end: the m-th mark that counts, the mass from here to there, and its squares.

    The last one that counts where the end is nearer. Half of the masses of either mark.
    """
    n, time, mass = len(order), sample.time[order], sample.mass[order]
    reached = np.arange(n)
    held, squares = np.zeros(n), np.zeros(n)
    todo, span = np.arange(n), 2 * m
    while len(todo):
        left = []
        for some in np.array_split(todo, -(-len(todo) * span // BLOCK)):
            mark = some[:, np.newaxis] + direction * np.arange(1, span + 1)
            within = direction * (end[some, np.newaxis] - mark) >= 0
            mark = np.clip(mark, 0, n - 1)
            far = within & (np.abs(time[mark] - time[some, np.newaxis]) > apart)
            count = np.cumsum(far, axis=1)
            counted = far & (count <= m)
            done = (count[:, -1] >= m) | ~within[:, -1]
            left.append(some[~done])
            furthest = span - 1 - np.argmax(counted[:, ::-1], axis=1)
            some_mark = mark[np.arange(len(some)), furthest]
            found = done & counted.any(axis=1)
            reached[some[found]] = some_mark[found]
            weight = np.where(counted, mass[mark], 0.0)
            for kept, power in ((held, 1), (squares, 2)):
                of_ends = (mass[some] ** power - mass[some_mark] ** power) / 2
                kept[some[found]] = (np.sum(weight**power, axis=1) + of_ends)[found]
        todo, span = np.concatenate(left), 2 * span
    return reached, held, squares


def log_mass(mass: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """The logarithm of a window's mass as its marks tell it: ψ of their effective number for ln."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(squares / mass) + digamma(mass**2 / squares)


def _between_gaps(z: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last mark of sorted values (..., n) that no gap parts from each."""
    n, place = z.shape[-1], np.arange(z.shape[-1])
    gap, none = gaps(z, m), np.zeros((*z.shape[:-1], 1), bool)
    first = np.where(np.concatenate([none, gap], axis=-1), place, 0)
    first = np.maximum.accumulate(first, axis=-1)
    last = np.where(np.concatenate([gap, none], axis=-1), place, n - 1)
    last = np.minimum.accumulate(last[..., ::-1], axis=-1)[..., ::-1]
    return first, last


def _windows_between_gaps(z: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """The marks m before and after each, or the first and last one this side of a gap."""
    place = np.arange(z.shape[-1])
    first, last = _between_gaps(z, m)
    return np.maximum(place - m, first), np.minimum(place + m, last)


def _surprisals(z: np.ndarray, mass: np.ndarray, m: int) -> np.ndarray:
    if np.all(mass == mass[0]) and not gaps(z, m).any():
        # slices are several times faster than indices, which the gradient of an ascent keeps
        width = np.pad(z[m:], (0, m), "edge") - np.pad(z[:-m], (m, 0), "edge")
        return _terms_of_sorted(z, width, m).numpy()
    if np.any(z[m:] == z[:-m]):
        raise ValueError(
            f"feature: expected values that differ by more than rounding, but {m} and more in a "
            f"well have one and the same: evaluate it in float64"
        )
    return weighted_surprisals(z, mass, m)


class Spacings(Pointwise):
    """Ĩ of one component by m-spacings."""

    components = range(1, 2)

    def surprisals(self, sample: Sample, *, apart: int = 0, progress: bool = False) -> np.ndarray:
        """-ln p̂ of distinct values by spacings, (2, d), the second from windows twice as wide."""
        order = np.argsort(sample.y[:, 0], kind="stable")
        found = np.empty((2, len(order)))
        for row, m in zip(found, (MARKS_EACH_SIDE, WIDER * MARKS_EACH_SIDE), strict=True):
            if apart:
                row[order] = surprisals_apart(sample, order, m, apart)
            else:
                row[order] = _surprisals(sample.y[order, 0], sample.mass[order], m)
        return found

    def own_scatter(self, n: int) -> Scatter:
        """That of the density estimate.

        The logarithm of a gap over w marks scatters with variance ψ'(w) even where the density is
        known. In the mean over overlapping windows most of that cancels: n Var of it tends to
        (2w² - 2w + 1) ψ'(w) - 2w + 1 with w = 2m (Cressie, Biometrika 63, 343, 1976), 0.02 for
        m = 8.
        """
        w = 2 * MARKS_EACH_SIDE
        stays = (2 * w**2 - 2 * w + 1) * polygamma(1, w) - 2 * w + 1
        # the windows of the m values at either end have m, m + 1, ... 2 m - 1 marks, all others 2 m
        at_ends = 2 * np.sum(polygamma(1, np.arange(MARKS_EACH_SIDE, w)))
        of_one = float((at_ends + (n - w) * polygamma(1, w)) / n)
        return Scatter(of_one, float(stays), float(polygamma(1, w) - polygamma(1, WIDER * w)))


SPACINGS = Spacings()


def _windows(n: Tensor, m: int) -> tuple[Tensor, Tensor]:
    i = tf.range(n)
    return tf.maximum(i - m, 0), tf.minimum(i + m, n - 1)


def _terms_of_sorted(z: Tensor, width: Tensor, m: int) -> Tensor:
    """`spacings_terms` of sorted values (n,) from the widths of their windows (n,)."""
    n, psi = tf.size(z), tf.math.digamma(tf.cast(tf.range(m, 2 * m + 1), z.dtype))
    psi = tf.concat([psi[:m], tf.repeat(psi[m:], n - 2 * m), psi[m - 1 :: -1]], 0)
    width, psi = tf.cond(tf.reduce_all(width > 0), lambda: (width, psi), lambda: _past_ties(z, m))
    return log(width) - psi + log(tf.cast(n + 1, z.dtype))


def _past_ties(z: Tensor, m: int) -> tuple[Tensor, Tensor]:
    """Widths and ψ(marks) of windows that begin and end where a value begins in z.

    So equal values count as a whole, in a window that begins with them, over the distance to the
    next value; those at the end over the distance from the one before.
    """
    first = tf.searchsorted(z, z)
    after = tf.minimum(tf.searchsorted(z, z, side="right"), tf.size(z) - 1)
    low, high = (tf.gather(first, mark) for mark in _windows(tf.size(z), m))
    within = tf.equal(low, high)
    high = tf.where(within, tf.gather(first, tf.gather(after, low)), high)
    low = tf.where(tf.equal(low, high), tf.gather(first, tf.maximum(low - 1, 0)), low)
    width = tf.gather(z, high) - tf.gather(z, low)
    return width, tf.math.digamma(tf.cast(tf.maximum(high - low, 1), z.dtype))
