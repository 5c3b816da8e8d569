"""The contract of an estimator of Ĩ, Eq. (1), and of its result.

An estimator says how many components and samples it takes, and whether it takes lattices. It is
handed a feature's values and log volumes chunk by chunk (`Readings`), keeps what it needs, and
gives the result. One that tells the surprisal -ln p̂(y_i) of every sample is `Pointwise`: the road
from there to a result is written here, once.
"""

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rmi_tf.computing.circles import cut
from rmi_tf.computing.rows import Correlation, Rows, correlation
from rmi_tf.computing.samples import MIN_SAMPLES
from rmi_tf.computing.tables import told_rows
from rmi_tf.estimators.sample import PLAIN, Sample

import numpy as np

WIDER = 2  # times the usual windows, to see what the density's shape within them adds
LACKING = 0.3  # nats by which estimates with an error of their own differ, told by a warning
UNSURE = 4  # standard errors, beyond which what that changes is told by a warning
TOLD_APART = 180  # values that differ by fewer roundings than this have no density to speak of


class RMI(NamedTuple):
    """A renormalized mutual information and its two terms, in nats."""

    rmi: float
    se: float  # standard error of rmi; nan for a lattice
    entropy: float
    log_volume: float  # <½ ln det(∇f Σ ∇fᵀ)>
    n: int
    estimator: str
    # By how much a histogram's entropy is low at most, on average over its samples' scatter:
    # ln(1 + (cells - 1)/n), with weights the heaviest row's in place of 1/n. 0 for a lattice, which
    # is not drawn, and for the other estimators.
    bias_bound: float
    correlation_time: float = 1.0  # in rows, 1 + 2 Σ ρ of the rows' shares; 1 for independent rows
    n_effective: float = math.nan  # how many independent rows of equal weight tell as much
    disagreement: float = math.nan  # a second estimate's rmi less this
    systematic: float = 0.0  # the part of se that is the density estimate's own, not the samples'

    def __repr__(self) -> str:
        error = "" if math.isnan(self.se) else f" ± {self.se:.2g}"
        bias = f", low by up to {self.bias_bound:.2g}" if self.bias_bound else ""
        if self.systematic:
            bias = f", of the error {self.systematic:.2g} systematic{bias}"
        if self.n_effective < self.n:
            bias = f", effective {self.n_effective:.0f}{bias}"
        if self.correlation_time > 1:
            bias = f", correlated over {self.correlation_time:.2g} rows{bias}"
        return (
            f"RMI {self.rmi:z.4f}{error} nats = entropy {self.entropy:z.4f} - log volume "
            f"{self.log_volume:z.4f} ({self.estimator}, n = {self.n}{bias})"
        )


class Readings(NamedTuple):
    """A feature's values and log volumes, chunk by chunk, as often as an estimator reads them.

    Both functions work on the chunks side by side and return what came of each, in order.
    """

    components: int  # K
    dtype: Any  # of the values
    n: int | None  # None where it is not known before all chunks are read
    of_values: Callable[[Callable], Iterable]  # function(y), y (n, K)
    of_both: Callable[[Callable], Iterable]  # function(y, log volume (n,), weights (n,) or None)
    rows: Rows
    period: np.ndarray  # (K,), inf for a component on a line
    grids: Callable[[], str] = str  # which columns of x lie on a grid, in words; "" for none
    progress: bool = False  # a bar for what takes long

    def gathered(self) -> tuple[np.ndarray, np.ndarray]:
        """Y (n, K) and log volume (n,) of all samples."""
        parts = list(self.of_both(lambda y, volume, _: (y, volume)))
        y, volume = (np.concatenate(part) for part in zip(*parts, strict=True))
        return y, volume


class Estimator(ABC):
    """One way to estimate Ĩ. A new one is a file beside this and a row in `ESTIMATORS`."""

    components: range  # the K it takes
    least = MIN_SAMPLES
    takes_lattices = False

    @abstractmethod
    def estimate(self, readings: Readings, *, name: str, bins: int, bounds: Any) -> RMI:
        """Ĩ in nats under the name of the row; `bins` and `bounds` are for histograms.

        Raises:
            ValueError: as `rmi_tf.renormalized_mutual_information`.
        """

    def check_count(self, n: int | None, components: int) -> None:
        """ValueError where n samples are too few; None are not counted before they are read."""
        if n is not None and n < self.least:
            raise ValueError(
                f"samples: expected at least {self.least} for K = {components}, got {n}"
            )


class Scatter(NamedTuple):
    """Variances of a density estimate, in nats², where the density itself is even."""

    of_one: float = 0.0  # of a surprisal
    of_mean: float = 0.0  # n times that of the surprisals' mean
    of_widening: float = 0.0  # of a surprisal's change when windows are widened


class Shares(NamedTuple):
    """The rows' shares of Ĩ, surprisal less log volume, in nats."""

    surprisals: np.ndarray  # (n,), from the usual windows
    wider: np.ndarray  # (n,), from windows twice as wide
    volume: np.ndarray  # (n,)
    changes: np.ndarray  # of the mean surprisal, by other ways to the density
    scatter: Scatter
    row: np.ndarray  # (n,), numbers of the rows that differ
    rows: Rows

    def mean(self, values: np.ndarray) -> float:
        """Over the rows, by their weights."""
        if self.rows.weights is None:
            return float(values.mean())
        return float(np.average(values, weights=self.rows.weights))

    def correlation(self, values: np.ndarray, *, excess: float = 0.0) -> Correlation:
        """How far the mean of values (n,) scatters; `excess` as in `correlation`.

        Rows that come again later tell nothing new, either.
        """
        if self.rows.weights is not None:
            values = (values - self.mean(values)) * self.rows.weights * len(values)
        found = correlation(values, self.rows, excess=excess)
        if self.row.max() + 1 == len(values):
            return found
        together = np.bincount(self.row, values - values.mean())
        of_rows = max(float(np.sum(together**2)) / len(values) - excess, 0.0)
        if of_rows <= found.variance:
            return found
        times = of_rows / found.variance if found.variance > 0 else 1.0
        return Correlation(found.rows * times, of_rows, found.apart)

    def standard_error(self) -> tuple[float, Correlation]:
        """Of the mean share, and the correlation that is in it."""
        excess = (self.scatter.of_one - self.scatter.of_mean) * self.rows.over_kish()
        found = self.correlation(self.surprisals - self.volume, excess=excess)
        return math.sqrt(found.variance / len(self.volume)), found


class Pointwise(Estimator):
    """An estimator by the surprisal of every sample, which keeps all values in memory."""

    least_different = MIN_SAMPLES  # of the values
    leaves_out_neighbours = True  # rows near in time are told by `apart`
    unsure: tuple[float, ...] = ()  # share of each change that is an error of the estimate itself

    @abstractmethod
    def surprisals(self, sample: Sample, *, apart: int = 0, progress: bool = False) -> np.ndarray:
        """-ln p̂ of every distinct value in nats, by several estimates: (2 or more, d).

        The first is from the usual windows, the second from wider ones; others may be nan at values
        where they are not made. Values that came within `apart` rows of each other are no
        neighbours.
        """

    def surprisals_of(self, y: np.ndarray, rows: Rows = PLAIN) -> np.ndarray:
        """-ln p̂(y_i) of values y (n, K), (n,)."""
        sample = Sample.of(y, rows=rows)
        return self.surprisals(sample)[0, sample.number]

    def own_scatter(self, n: int) -> Scatter:
        """What of the surprisals' variance is the density estimate's own."""
        return Scatter()

    def shares(
        self,
        y: np.ndarray,
        volume: np.ndarray,
        rows: Rows,
        grids: Callable[[], str] = str,
        *,
        progress: bool = False,
    ) -> tuple[Shares, float, Correlation]:
        """The rows' shares of Ĩ, their mean's standard error, and the correlation that is in it.

        Where rows are correlated, values that came within a correlation time are counted by half:
        their full number makes the density too high where the samples are (its fluctuation there
        is that of few independent visits), and without them it is too low by as much.

        Raises:
            ValueError: values without a density; a series too short for its correlation time.
        """
        sample = Sample.of(y, volume, rows, grids)
        if len(sample.y) < self.least_different:
            raise ValueError(
                f"samples: expected at least {self.least_different} different ones, got "
                f"{len(sample.y)} of {len(y)}"
            )
        surprisals = self.surprisals(sample, progress=progress)
        changes = np.array([_mean_change(other, surprisals[0], sample) for other in surprisals[1:]])
        usual, wider = (some[sample.number] for some in surprisals[:2])
        scatter = self.own_scatter(len(y))
        found = Shares(usual, wider, volume, changes, scatter, sample.row, rows)
        se, correlated = found.standard_error()
        if not correlated.apart or not self.leaves_out_neighbours:
            return found, se, correlated
        far = self.surprisals(sample, apart=correlated.apart)
        both = np.where(np.isfinite(far), (surprisals + far) / 2, surprisals)
        usual, wider = (some[sample.number] for some in both[:2])
        found = found._replace(surprisals=usual, wider=wider)
        return found, *found.standard_error()

    def estimate(self, readings: Readings, *, name: str, bins: int, bounds: Any) -> RMI:
        """Ĩ: the mean surprisal less the mean log volume."""
        found, _ = self.judged(readings, name=name)
        warn_of_disagreement(found, stacklevel=4)
        return found

    def judged(self, readings: Readings, *, name: str) -> tuple[RMI, Shares | None]:
        """Ĩ, and the rows' shares of it, None for a constant feature."""
        y, volume = readings.gathered()
        volume, n, rows = np.asarray(volume, np.float64), len(y), readings.rows
        self.check_count(n, readings.components)
        extremes = np.stack(value_range(y))
        check_volumes(volume)
        if is_constant(extremes, TOLD_APART, moves=bool(np.isfinite(volume).any())):
            return RMI(-math.inf, math.nan, -math.inf, float(volume.mean()), n, name, 0.0), None
        check_rank(np.isneginf(volume).mean(), readings.grids)
        on_lines = cut(y, readings.period)
        shares, se, correlated = self.shares(
            on_lines, volume, rows, readings.grids, progress=readings.progress
        )
        entropy, mean_volume = shares.mean(shares.surprisals), shares.mean(volume)
        rmi = entropy - mean_volume
        change = float(shares.changes[np.abs(shares.changes).argmax()])
        systematic = math.hypot(*(u * c for u, c in zip(self.unsure, shares.changes, strict=False)))
        effective = n / rows.over_kish() / correlated.rows
        found = RMI(
            rmi,
            math.hypot(se, systematic),
            entropy,
            mean_volume,
            n,
            name,
            bias_bound=0.0,
            correlation_time=correlated.rows,
            n_effective=effective,
            disagreement=change,
            systematic=systematic,
        )
        return found, shares


def _mean_change(other: np.ndarray, usual: np.ndarray, sample: Sample) -> float:
    """Of the mean surprisal, by another estimate, where that is made."""
    made = ~np.isnan(other)
    return float(np.average((other - usual)[made], weights=sample.mass[made]))


def warn_of_disagreement(found: RMI, *, stacklevel: int, feature: str = "") -> None:
    """A warning where a second estimate is further away than the errors say."""
    if found.systematic and abs(found.disagreement) > LACKING:
        warnings.warn(
            f"two estimates of Ĩ{feature}, {found.rmi:.4f} ± {found.se:.2g} nats, differ by "
            f"{abs(found.disagreement):.2g} nats: take more samples or fewer components",
            stacklevel=stacklevel + 1,
        )
    if abs(found.disagreement) > UNSURE * found.se:
        warnings.warn(
            f"two estimates of Ĩ{feature} disagree, {found.rmi:.4f} ± {found.se:.2g} and "
            f"{found.rmi + found.disagreement:.4f} nats: the density is not smooth at the distance "
            f"of the samples. Expect an error of that size or twice that, or take more samples",
            stacklevel=stacklevel + 1,
        )


def value_range(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value of each component, (K,) each, if all are finite."""
    y = np.asarray(y)
    low, high = y.min(axis=0), y.max(axis=0)
    if not np.all(np.isfinite([low, high])):
        bad = ~np.isfinite(y).all(axis=1)
        raise ValueError(
            f"feature: expected finite values, {bad.mean():.2%} of a chunk's are not, on "
            f"{told_rows(bad)}: as where a formula is 0/0 and has a limit (write the limit, by "
            f"tf.where), or where it overflows. Or leave such rows out"
        )
    return low, high


def check_volumes(volume: np.ndarray) -> None:
    """ValueError unless the log volumes are numbers or -inf."""
    bad = np.isnan(volume) | np.isposinf(volume)
    if bad.any():
        raise ValueError(
            f"log_volume: expected numbers or -inf, got nan or inf on {told_rows(bad)}: there the "
            f"feature's gradient is not finite, as that of a root at 0 or of 0/0. Where tf.where "
            f"chooses, the branch that is not taken needs a finite argument, too, since its "
            f"gradient counts. Or leave such rows out"
        )


def is_constant(extremes: np.ndarray, bins: int, *, moves: bool) -> bool:
    """Whether a feature with these extremes (2, K) is constant in some component.

    Args:
        extremes: least and greatest value of each component.
        bins: how many cells they have to be told apart in.
        moves: whether the Jacobian has rank K anywhere.

    Raises:
        ValueError: its values differ by rounding only: a cell would be smaller than the distance
            between neighbouring floating-point numbers, or they are equal though it moves.
    """
    spread = extremes[1] - extremes[0]
    resolution = np.spacing(np.abs(extremes).max(axis=0))
    lost = spread < bins * resolution
    if np.any(lost & ((spread > 0) | moves)):
        worst = np.argmax(lost)
        raise ValueError(
            f"feature: expected values that differ by more than rounding, got a spread of "
            f"{spread[worst]:.2g} about {extremes[1][worst]:.2g} in {extremes.dtype.name}: "
            f"evaluate it in float64"
        )
    return bool(np.any(spread == 0))


def check_rank(share: float, grids: Callable[[], str] = str) -> None:
    """Raise a ValueError where a share of the samples has a Jacobian of rank below K."""
    if share > 0:
        columns = grids()
        rounded = f"; x was rounded ({columns}), which spread_seed=0 undoes" if columns else ""
        raise ValueError(
            f"feature: expected a Jacobian of rank K, but its rank is lower on {share:.2%} of the "
            f"samples: there the feature does not move with x, or its components move "
            f"together, to within rounding (then evaluate it in float64, or take their difference "
            f"as a component){rounded}"
        )
