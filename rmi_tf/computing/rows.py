"""What is known of a sample's rows beside their values: weights, order, chains, a lattice.

Rows are taken in the order in which they come, as a trajectory or a Markov chain stores them.
"""

import math
from typing import Any, NamedTuple

from rmi_tf.computing.checks import check_whole

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

WINDOW = 6  # correlation times that Sokal's window holds; e⁻⁶ of an exponential lies beyond
BY_CHANCE = 2  # standard errors; rows below that far above 1 count as independent
BEYOND_DOUBT = 5  # standard errors; a short series of independent rows is not refused by chance
LEAST_EFFECTIVE = 50
EVEN = 1e-12  # nats²; what varies less does so by rounding
FEW_LAGS = 16  # that independent rows need at most


class Rows(NamedTuple):
    """Of n rows: all that a caller says of them.

    Args:
        weights: (n,), with sum 1, or None.
        lattice: the rows are no draws, and their weights those of a sum over a lattice.
        order: they may depend on the rows before.
        chains: how many rows each chain has, in their order, or None for one.
    """

    weights: np.ndarray | None = None
    lattice: bool = False
    order: bool = True
    chains: tuple[int, ...] | None = None

    def over_kish(self) -> float:
        """The number n over Kish's effective number of rows, (Σ w)²/Σ w²."""
        return 1.0 if self.weights is None else float(len(self.weights) * np.sum(self.weights**2))

    def first(self, n: int) -> "Rows":
        """Order and chains of the first n rows."""
        if self.chains is None:
            return Rows(order=self.order)
        ends = np.minimum(np.cumsum(self.chains), n)
        lengths = np.diff(ends, prepend=0)
        return Rows(order=self.order, chains=tuple(lengths[lengths > 0].tolist()))

    def times(self, n: int) -> np.ndarray:
        """When each of n rows was taken, (n,); chains are never close."""
        time = np.arange(n)
        return time + n * np.repeat(np.arange(len(self.lengths(n))), self.lengths(n))

    def lengths(self, n: int) -> tuple[int, ...]:
        """Of the chains of n rows.

        Raises:
            ValueError: chains of another number of rows.
        """
        lengths = (n,) if self.chains is None else self.chains
        if sum(lengths) != n:
            raise ValueError(f"chains: expected lengths whose sum is n = {n}, got {sum(lengths)}")
        return lengths


def checked_rows(
    weights: np.ndarray | None, n: int | None, *, lattice: bool, order: bool, chains: Any
) -> Rows:
    """What a caller says of n rows (None: not known yet), if it makes sense.

    Raises:
        ValueError: chains that are not whole numbers above zero, or of another number of rows.
    """
    if chains is not None:
        chains = tuple(
            check_whole("chains", length, least=1) for length in np.ravel(chains).tolist()
        )
    rows = Rows(weights, bool(lattice), bool(order) and not lattice, chains)
    if n is not None:
        rows.lengths(n)
    return rows


class Correlation(NamedTuple):
    """How far the mean of a series scatters, beside the mean of independent rows."""

    rows: float  # the integrated autocorrelation time 1 + 2 Σ_k ρ_k; 1 for independent rows
    variance: float  # n times that of the mean
    apart: int = 0  # rows to either side that are correlated with one


def correlation(values: np.ndarray, rows: Rows, *, excess: float = 0.0) -> Correlation:
    """The integrated autocorrelation time of a series, and n times the variance of its mean.

    The window is Sokal's, the smallest M with M >= 6 times the sum up to M, whose standard error is
    √(2 (2M + 1)/n) times its value (Sokal, in Functional Integration, 1997); the deviations from
    the mean take (2M + 1)/n of it, which is put back (Wolff, Comput. Phys. Commun. 156, 143, 2004).
    A time that independent rows exceed once in 40 series, or less, counts as 1.

    Args:
        values: (n,), the series.
        rows: their order and chains.
        excess: what is in the variance of a row, but not in that of the mean.

    Raises:
        ValueError: the series is too short for its correlation time.
    """
    n, away = len(values), values - values.mean()
    own = float(np.sum(away**2)) / (n - 1)
    independent = max(own - excess, 0.0)
    if not rows.order or own < EVEN:
        return Correlation(1.0, independent)
    lengths = rows.lengths(n)
    every = int(np.median(lengths))  # as many as every second chain has
    for lags in sorted({min(FEW_LAGS, every), every}):
        products = _autocovariance(away, lengths, lags)
        sums = 2 * np.cumsum(products / products[0]) - 1
        closed = np.arange(lags) >= WINDOW * sums
        if closed.any():
            break
    window = int(np.argmax(closed)) if closed.any() else len(sums) - 1
    taken = (2 * window + 1) / n
    left = max(1 - taken, 1 / n)
    time = float(sums[window]) / left if closed.any() else float(n)
    of_independent = math.sqrt(2 * taken) / left  # what it scatters by for independent rows
    if closed.any() and time - 1 <= BY_CHANCE * of_independent:
        return Correlation(1.0, independent)
    variance = max(own * time - excess, 0.0)
    relative = variance / independent if independent > 0 else time
    beyond_doubt = not closed.any() or time - 1 > BEYOND_DOUBT * of_independent
    if beyond_doubt and n < LEAST_EFFECTIVE * relative:
        raise ValueError(
            f"samples: expected a series of at least {LEAST_EFFECTIVE} correlation times, got "
            f"{n} rows with one of about {relative:.0f}: take a longer series; if the order of the "
            f"rows has no meaning (a sorted table, a lattice, low-discrepancy points), say so "
            f"by order=False"
        )
    return Correlation(relative, variance, math.ceil(relative))


def _autocovariance(away: np.ndarray, lengths: tuple[int, ...], lags: int) -> np.ndarray:
    """Σ over rows of a_t a_(t+k), over n, for the first lags k."""
    total, start = np.zeros(lags), 0
    for length in lengths:
        chain, some = away[start : start + length], min(length, lags)
        start += length
        if lags <= FEW_LAGS:  # an order of magnitude faster than a transform
            total[:some] += [np.sum(chain[: length - k] * chain[k:]) for k in range(some)]
            continue
        size = next_fast_len(2 * length, real=True)
        total[:some] += irfft(np.abs(rfft(chain, size)) ** 2, size)[:some]
    return total / len(away)
