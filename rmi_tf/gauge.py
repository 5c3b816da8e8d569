"""The uniform gauge ŷ = ∫_{-∞}^{y} P_y(y') dy' (caption of Fig. 3): features made comparable.

RMI does not tell a feature from its reparametrizations, Eq. (2), so two runs that found the same
feature may show different numbers. In the uniform gauge ŷ is distributed evenly over [0, 1], and
all that is left is its orientation: rising or falling. Use `UniformGauge` for one feature,
`oriented` for several.
"""

from dataclasses import dataclass
from typing import Any

from rmi_tf.computing.circles import cut, periods

import numpy as np


@dataclass(frozen=True)
class UniformGauge:
    """The cumulative distribution of one feature, from weighted points: call it with values of y.

    Args:
        values: the feature at the points, increasing, (k,).
        cumulative: P(y' < y) + ½ P(y' = y) at these values, (k,).

    Example:
        >>> from rmi_tf import UniformGauge
        >>> gauge = UniformGauge.of([3.0, 1.0, 2.0, 4.0])
        >>> gauge([1.0, 2.5, 9.0]).tolist()
        [0.125, 0.5, 1.0]
    """

    values: np.ndarray
    cumulative: np.ndarray

    @classmethod
    def of(cls, y: Any, weights: Any = None) -> "UniformGauge":
        """The gauge of values y (n,) at points with weights (n,), equal ones by default.

        Raises:
            ValueError: wrong shapes, values that are not finite, weights that are negative, not
                finite, or all zero.
        """
        y = np.asarray(y, float)
        if y.ndim != 1 or not y.size or not np.all(np.isfinite(y)):
            raise ValueError(f"y: expected finite values of shape (n,), got shape {y.shape}")
        values, _, number = np.unique(y, return_index=True, return_inverse=True)  # stable
        mass = np.bincount(number, _checked(weights, len(y)))
        return cls(values, np.cumsum(mass) - mass / 2)

    def __call__(self, y: Any) -> np.ndarray:
        """ŷ of any values y, in the shape of y: monotone, from 0 to 1, linear between the points.

        Values beyond those that the gauge was made of get 0 or 1.
        """
        return np.interp(y, self.values, self.cumulative, left=0.0, right=1.0)


def gauged(runs: Any, *, weights: Any = None, along: Any = None) -> np.ndarray:
    """Features (runs, n) at the same points, in the uniform gauge and turned the same way.

    Arguments and errors as in `UniformGauge.of` and `oriented`.

    Example:
        >>> from rmi_tf import gauged
        >>> gauged([[1.0, 2.0, 4.0, 8.0], [0.0, -1.0, -2.0, -3.0]])[1].tolist()
        [0.125, 0.375, 0.625, 0.875]
    """
    in_gauge = [UniformGauge.of(y, weights)(y) for y in runs]
    return oriented(in_gauge, weights=weights, along=along)


def oriented(gauged: Any, *, weights: Any = None, along: Any = None) -> np.ndarray:
    """Features in the uniform gauge, (runs, n), turned the same way: ŷ or 1 - ŷ for each run.

    Each run is turned so that its weighted correlation with the first is positive, then with the
    mean of them all.

    Args:
        gauged: ŷ of each run at the same points.
        weights: of the points, (n,); equal ones by default.
        along: values (n,) along which the mean shall rise; by default the first run stays as it is.

    Raises:
        ValueError: wrong shapes, weights that are negative, not finite, or all zero.

    Example:
        >>> from rmi_tf import oriented
        >>> rising, falling = [0.125, 0.375, 0.625, 0.875], [0.875, 0.625, 0.375, 0.125]
        >>> oriented([rising, falling])[1].tolist()  # turned as the first
        [0.125, 0.375, 0.625, 0.875]
    """
    gauged = np.array(gauged, float)
    if gauged.ndim != 2:
        raise ValueError(f"gauged: expected shape (runs, n), got {gauged.shape}")
    weights = _checked(weights, gauged.shape[1])
    for of_all in (False, True):
        reference = gauged.mean(axis=0) if of_all else gauged[0]
        falling = _covariance(gauged, reference, weights) < 0
        gauged[falling] = 1 - gauged[falling]
    if along is not None and _covariance(gauged.mean(axis=0), np.asarray(along), weights) < 0:
        gauged = 1 - gauged
    return gauged


def rank_correlation(first: Any, second: Any, *, weights: Any = None, period: Any = None) -> float:
    """Spearman's correlation of two features (n,) at weighted points: of ŷ, in [-1, 1].

    Args:
        first: values at the points.
        second: those of the other feature.
        weights: of the points, (n,); equal ones by default.
        period: of both, or of each, where values lie on a circle, which is cut at its widest gap.

    Raises:
        ValueError: as in `UniformGauge.of`; a feature that is constant.

    Example:
        >>> from rmi_tf import rank_correlation
        >>> round(rank_correlation([1.0, 2.0, 3.0], [1.0, 8.0, 27.0]), 6)
        1.0
    """
    weights = _checked(weights, len(first))
    around = periods(period, 2)
    first, second = cut(np.stack([first, second], axis=1).astype(float), around).T
    a, b = (UniformGauge.of(y, weights)(y) for y in (first, second))
    variances = _covariance(a, a, weights) * _covariance(b, b, weights)
    if not variances > 0:
        raise ValueError("rank correlation: expected two features that vary, got a constant one")
    return float(_covariance(a, b, weights) / np.sqrt(variances))


def _covariance(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    # sums, since the last bits of a scalar product of this length depend on the number of cores
    a = a - np.sum(a * weights, axis=-1, keepdims=True)
    return np.sum(a * weights * (b - np.sum(b * weights)), axis=-1)


def _checked(weights: Any, n: int) -> np.ndarray:
    if weights is None:
        return np.full(n, 1 / n)
    weights = np.asarray(weights, float)
    if weights.shape != (n,):
        raise ValueError(f"weights: expected shape ({n},), got {weights.shape}")
    total = weights.sum()
    if not (np.isfinite(total) and total > 0 and weights.min() >= 0):
        raise ValueError(
            f"weights: expected finite numbers >= 0 with a positive sum, the least is "
            f"{weights.min()}, the sum {total}"
        )
    return weights / total
