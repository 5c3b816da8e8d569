"""The result of an estimate, and the checks that every estimate makes of a feature's values."""

import math
from typing import Any, NamedTuple

import numpy as np


class RMI(NamedTuple):
    """A renormalized mutual information and its two terms, in nats."""

    rmi: float
    se: float  # standard error of rmi; nan for weighted samples
    entropy: float
    log_volume: float  # <½ ln det(∇f Σ ∇fᵀ)>
    n: int
    estimator: str
    # How far the histogram's entropy is low to first order in 1/n: (occupied cells)/2n; more where
    # cells hold a sample or two. 0 for the others.
    bias_bound: float

    def __repr__(self) -> str:
        error = "" if math.isnan(self.se) else f" ± {self.se:.2g}"
        bias = f", low by about {self.bias_bound:.2g}" if self.bias_bound else ""
        return (
            f"RMI {self.rmi:z.4f}{error} nats = entropy {self.entropy:z.4f} - log volume "
            f"{self.log_volume:z.4f} ({self.estimator}, n = {self.n}{bias})"
        )


def value_range(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value of each component, (K,) each, if all are finite."""
    y = np.asarray(y)
    low, high = y.min(axis=0), y.max(axis=0)
    if not np.all(np.isfinite([low, high])):
        share = 1 - np.isfinite(y).all(axis=1).mean()
        raise ValueError(f"feature: expected finite values, {share:.2%} of a chunk's are not")
    return low, high


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
