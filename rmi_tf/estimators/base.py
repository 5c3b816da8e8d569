"""The contract of an estimator of Ĩ, Eq. (1), and of its result.

An estimator says how many components and samples it takes, and whether it takes weights. It is
handed a feature's values and log volumes chunk by chunk (`Readings`), keeps what it needs, and
gives the result. One that tells the surprisal -ln p̂(y_i) of every sample is `Pointwise`: the road
from there to a result is written here, once.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rmi_tf.computing.samples import MIN_SAMPLES

import numpy as np

TOLD_APART = 180  # values that differ by fewer roundings than this have no density to speak of


class RMI(NamedTuple):
    """A renormalized mutual information and its two terms, in nats."""

    rmi: float
    se: float  # standard error of rmi; nan for weighted samples
    entropy: float
    log_volume: float  # <½ ln det(∇f Σ ∇fᵀ)>
    n: int
    estimator: str
    # By how much a histogram's entropy is low at most, on average over its samples' scatter:
    # ln(1 + (cells - 1)/n). 0 for weights, which are not drawn, and for the other estimators.
    bias_bound: float

    def __repr__(self) -> str:
        error = "" if math.isnan(self.se) else f" ± {self.se:.2g}"
        bias = f", low by up to {self.bias_bound:.2g}" if self.bias_bound else ""
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
    weighted: bool = False

    def gathered(self) -> tuple[np.ndarray, np.ndarray]:
        """Y (n, K) and log volume (n,) of all samples."""
        parts = list(self.of_both(lambda y, volume, _: (y, volume)))
        y, volume = (np.concatenate(part) for part in zip(*parts, strict=True))
        return y, volume


class Estimator(ABC):
    """One way to estimate Ĩ. A new one is a file beside this and a row in `ESTIMATORS`."""

    components: range  # the K it takes
    least = MIN_SAMPLES
    takes_weights = False

    @abstractmethod
    def estimate(self, readings: Readings, *, name: str, bins: int, bounds: Any) -> RMI:
        """Ĩ in nats under the name of the row; `bins` and `bounds` are for histograms.

        Raises:
            ValueError: as `rmi_tf.renormalized_mutual_information`.
        """

    def check_count(self, n: int, components: int) -> None:
        """ValueError where n samples are too few."""
        if n < self.least:
            raise ValueError(
                f"samples: expected at least {self.least} for K = {components}, got {n}"
            )


class Pointwise(Estimator):
    """An estimator by the surprisal of every sample, which keeps all values in memory."""

    marks: int  # for comparisons: a local density over so many scatters with variance ψ'(marks)

    @abstractmethod
    def surprisals(self, y: np.ndarray, *, coarser: int = 1) -> np.ndarray:
        """-ln p̂(y_i) of every sample in nats, (n, K) -> (n,), from `coarser` times as many marks.

        Raises:
            ValueError: values that have no density.
        """

    def excess_variance(self, n: int) -> float:
        """By how much the surprisals' variance is larger than n times that of their mean.

        0 where the density estimate scatters by no more than its samples do.
        """
        return 0.0

    def standard_error(self, y: np.ndarray, volume: np.ndarray, surprisals: np.ndarray) -> float:
        """Of the mean of surprisal - log volume, for independent samples."""
        variance = float(np.var(surprisals - volume, ddof=1)) - self.excess_variance(len(y))
        return math.sqrt(max(variance, 0.0) / len(y))

    def estimate(self, readings: Readings, *, name: str, bins: int, bounds: Any) -> RMI:
        """Ĩ: the mean surprisal less the mean log volume."""
        y, volume = readings.gathered()
        volume, n = np.asarray(volume, np.float64), len(y)
        self.check_count(n, readings.components)
        check_volumes(volume)
        extremes = np.stack(value_range(y))
        mean_volume = float(volume.mean())
        if is_constant(extremes, TOLD_APART, moves=bool(np.isfinite(volume).any())):
            return RMI(-math.inf, math.nan, -math.inf, mean_volume, n, name, 0.0)
        check_rank(np.isneginf(volume).mean())
        surprisals = self.surprisals(y)
        entropy = surprisals.mean()
        se = self.standard_error(y, volume, surprisals)
        return RMI(float(entropy - mean_volume), se, float(entropy), mean_volume, n, name, 0.0)


def value_range(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value of each component, (K,) each, if all are finite."""
    y = np.asarray(y)
    low, high = y.min(axis=0), y.max(axis=0)
    if not np.all(np.isfinite([low, high])):
        share = 1 - np.isfinite(y).all(axis=1).mean()
        raise ValueError(f"feature: expected finite values, {share:.2%} of a chunk's are not")
    return low, high


def check_volumes(volume: np.ndarray) -> None:
    """ValueError unless the log volumes are numbers or -inf."""
    if np.isnan(volume).any() or np.isposinf(volume).any():
        raise ValueError("log_volume: expected numbers or -inf, got nan or inf")


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


def check_rank(share: float) -> None:
    """Raise a ValueError where a share of the samples has a Jacobian of rank below K."""
    if share > 0:
        raise ValueError(
            f"feature: expected a Jacobian of rank K, but its rank is lower on {share:.2%} of the "
            f"samples: there the feature does not move with x, or its components move together"
        )
