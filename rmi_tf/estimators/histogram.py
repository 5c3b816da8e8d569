"""RMI by a histogram, plain or triangular, from sums over its cells: nothing grows with n.

Without bounds the samples are read twice: for the extremes of y, then for the sums. How far the
rows are correlated is taken from the first million of them.

The samples' scatter makes the entropy low. On average it does so by no more than
ln(1 + (cells - 1)/n) over given cells (Paninski, Neural Computation 15, 1191 (2003), Proposition 1;
the proof takes shares of a sample, too), and by half of that where all cells are well filled. With
weights 1/n is that of the heaviest row (the cells' χ² is at most so large). What
wide cells add by smoothing comes on top, with the other sign.
"""

import math
import operator
import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple

from rmi_tf.computing.circles import wrapped
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.computing.rows import Rows, correlation
from rmi_tf.density import Cells, cell_shares, entropy_of_mass, regular_cells
from rmi_tf.estimators.base import (
    RMI,
    Estimator,
    Readings,
    check_rank,
    check_volumes,
    is_constant,
    value_range,
)

import numpy as np

SERIES = 2**20  # rows that are kept, in cells and log volumes: 16 megabytes


class CellSums(NamedTuple):
    """What a histogram needs to know of its samples, cell by cell: nothing grows with n."""

    mass: np.ndarray  # Σ w
    volume: np.ndarray  # Σ w v, v the log volume
    volume2: np.ndarray  # Σ w v²
    rankless: int  # samples whose log volume is -inf
    n: int

    @classmethod
    def of(
        cls, y: Tensor, volume: Tensor, cells: Cells, *, weights: Any, triangular: bool
    ) -> tuple["CellSums", "Series"]:
        """The sums of some samples, with values y (n, K) and log volumes (n,), and row by row."""
        value_range(y)
        y, volume = tf.cast(y, tf.float64), np.asarray(volume, np.float64)
        cells = Cells(tf.cast(cells.low, y.dtype), tf.cast(cells.width, y.dtype), cells.bins)
        check_volumes(volume)
        rankless = volume == -np.inf
        volume = np.where(rankless, 0.0, volume)
        if weights is not None:
            rankless = rankless & (weights > 0)
        numbers, shares = (part.numpy() for part in cell_shares(y, cells, triangular=triangular))
        total = cells.bins ** y.shape[1]
        mass = shares if weights is None else shares * weights[:, np.newaxis]
        first = mass * volume[:, np.newaxis]
        second = first * volume[:, np.newaxis]
        # NumPy's sums by cell take a third of the time of TensorFlow's; no gradient is wanted
        sums = [np.bincount(numbers.ravel(), m.ravel(), total) for m in (mass, first, second)]
        total_of = cls(sums[0], sums[1], sums[2], int(np.count_nonzero(rankless)), len(y))
        return total_of, Series(numbers.astype(np.int32), shares.astype(np.float32), volume)


class Series(NamedTuple):
    """Some rows as a histogram has them, from which their correlation can be told."""

    numbers: np.ndarray  # (n, nodes), of cells
    shares: np.ndarray  # (n, nodes), of the row in each
    volume: np.ndarray  # (n,)

    def contributions(self, log_density: np.ndarray) -> np.ndarray:
        """Each row's share of Ĩ, (n,), in nats."""
        return -np.sum(self.shares * log_density[self.numbers], axis=1) - self.volume


def added(parts: Iterable[tuple[CellSums, Series]], most: int) -> tuple[CellSums, Series]:
    """The sum over chunks, in their order, and at least `most` of their first rows."""
    total, kept, n = None, [], 0
    for part, series in parts:
        total = part if total is None else CellSums(*map(operator.add, total, part))
        if n < most:
            kept.append(series)
        n = total.n
    if total is None:
        raise ValueError("samples: expected at least one chunk, got none")
    return total, Series(*(np.concatenate(part) for part in zip(*kept, strict=True)))


class Histogram(Estimator):
    """Ĩ by the histogram of Fig. 2, or by the triangular one of Appendix D."""

    components = range(1, 3)
    takes_lattices = True

    def __init__(self, *, triangular: bool):
        self.triangular = triangular

    def estimate(self, readings: Readings, *, name: str, bins: int, bounds: Any) -> RMI:
        """Ĩ from the cells' sums, with `bins` cells (or nodes) an axis within the bounds."""
        how: dict[str, Any] = {"bins": bins, "triangular": self.triangular}
        rows, period = readings.rows, readings.period
        if bounds is None:
            ranges = list(readings.of_values(lambda y: value_range(wrapped(y, period))))
            low, high = (np.array([of_chunk[i] for of_chunk in ranges]) for i in (0, 1))
            cells = _cells_of_range(np.stack([low.min(axis=0), high.max(axis=0)]), **how)
        else:
            one = tf.zeros((1, readings.components), readings.dtype)
            cells = regular_cells(one, bounds=bounds, **how)

        def sums(y: Tensor, volume: Tensor, weights: Any) -> tuple[CellSums, Series]:
            y = wrapped(np.asarray(y), period)
            return CellSums.of(y, volume, cells, weights=weights, triangular=self.triangular)

        # weights are of an array, which is in memory as it is
        total, series = added(
            readings.of_both(sums), SERIES if rows.weights is None else len(rows.weights)
        )
        self.check_count(total.n, readings.components)
        rows.lengths(total.n)  # chunks are counted only now
        return _result(total, series, cells, name, rows)


HISTOGRAM = Histogram(triangular=False)
TRIANGULAR = Histogram(triangular=True)

# Bounds of the bias, in nats, beyond which a warning comes: half of it is what well filled cells
# are low by, the standard error of 5000 samples or so.
WARNS_BEYOND = 0.02


def _cells_of_range(extremes: np.ndarray, bins: int, *, triangular: bool) -> Cells:
    """The histogram's grid between the extremes (2, K) of a feature.

    Raises:
        ValueError: the values differ by rounding only; K > 2; fewer than two bins.
    """
    is_constant(extremes, bins, moves=False)
    return regular_cells(tf.constant(extremes), bins=bins, triangular=triangular)


def _result(total: CellSums, series: Series, cells: Cells, name: str, rows: Rows) -> RMI:
    """Ĩ, its standard error and its bias bound from the sums over all samples."""
    weight = total.mass.sum()
    mass = total.mass / weight
    entropy = float(entropy_of_mass(tf.constant(mass), cells))
    log_volume = float(total.volume.sum() / weight)
    if total.rankless == total.n and np.count_nonzero(mass) == 1:
        return RMI(-math.inf, math.nan, -math.inf, -math.inf, total.n, name, 0.0)
    if math.isinf(entropy):
        extremes = np.stack([cells.low, cells.low + cells.width * cells.bins])
        is_constant(extremes, cells.bins, moves=total.rankless < total.n)
        return RMI(-math.inf, math.nan, entropy, -math.inf, total.n, name, 0.0)
    check_rank(total.rankless / total.n)
    rmi = entropy - log_volume
    if rows.lattice:
        return RMI(rmi, math.nan, entropy, log_volume, total.n, name, 0.0)
    log_density = np.log(np.where(mass > 0, mass, 1)) - math.log(np.prod(cells.width))
    away = series.contributions(log_density) - rmi
    if rows.weights is None:
        correlated = correlation(away, rows.first(len(away)))
        variance = _variance(total, mass, log_density, rmi) * correlated.rows
        fewest = total.n
    else:
        correlated = correlation(away * rows.weights * total.n, rows)
        variance = correlated.variance
        fewest = 1 / rows.weights.max()
    bound = math.log1p((mass.size - 1) / fewest)
    if bound > WARNS_BEYOND:
        of_rows = "/n)" if rows.weights is None else " max w/Σ w)"
        warnings.warn(
            f"the histogram's entropy is low by up to ln(1 + (cells - 1){of_rows} = {bound:.2g} "
            f"nats: take more samples, fewer bins, or the corrected estimator",
            stacklevel=5,
        )
    return RMI(
        rmi,
        math.sqrt(max(variance, 0.0) / total.n),
        entropy,
        log_volume,
        total.n,
        name,
        bias_bound=bound,
        correlation_time=correlated.rows,
        n_effective=total.n / rows.over_kish() / correlated.rows,
    )


def _variance(total: CellSums, mass: np.ndarray, log_density: np.ndarray, rmi: float) -> float:
    """Of the samples' shares -ln p̂ - v of Ĩ, which depend on the cell and on v alone.

    The counts' own scatter stays in it: little where cells are well filled, and where they are not
    the bias is far larger than any standard error.
    """
    # (Sums and not scalar products, whose bits depend on the number of cores.)
    weight = total.mass.sum()
    mean_square = (
        np.sum(mass * log_density**2)
        + 2 * np.sum(log_density * total.volume) / weight
        + total.volume2.sum() / weight
    )
    return float(mean_square) - rmi**2
