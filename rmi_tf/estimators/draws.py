"""H(y|x) of Eq. (4), from a row of draws of y for each x.

`entropies_of_draws` is right for features that fold, from as many draws as it takes (`settled`).
`conditional_entropies` takes the draws that there are, also few of them, which blur.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rmi_tf.computing.blocks import log
from rmi_tf.computing.circles import cut
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.computing.rows import Rows
from rmi_tf.estimators.neighbours import NEIGHBOURS, neighbour_terms
from rmi_tf.estimators.spacings import SPACINGS, surprisals_between_gaps
from rmi_tf.jacobian import log_volume
from rmi_tf.noise import noise_entropy

import numpy as np
from scipy.special import digamma

DRAWS_EACH_SIDE = 3  # more blur what 16 draws can still tell apart
FIRST_DRAWS, MOST_DRAWS = 2**8, 2**18
STILL = 0.01  # nats: by less than this half of the draws may differ from all of them
GAUSSIAN_DRAWS = 2**21  # fix the bias of a row on Gaussians to 0.0006 nats


def settled(found: Callable[[int], np.ndarray], draws: int) -> tuple[np.ndarray, int]:
    """What is found from as many draws as it takes, (rows,), and how many those were.

    Args:
        found: from a number of draws to what all of them give and the mean of what either half
            gives, (rows, 2). Both lack about 1/draws of what there is, so twice the first less the
            second lacks little.
        draws: the number to begin with.

    Raises:
        ValueError: not even a million draws are enough.
    """
    while True:
        whole, halves = found(draws).T
        if not (np.isfinite(whole).all() and np.isfinite(halves).all()):
            return np.where(np.isfinite(halves), whole, -np.inf), draws  # some draws coincide
        change = float(np.mean(whole - halves))
        if abs(change) <= STILL:
            return 2 * whole - halves, draws
        if draws >= MOST_DRAWS:
            raise ValueError(
                f"draws: expected an entropy that holds still, but from {draws // 2} to {draws} "
                f"draws of y it changes by {change:.2g} nats: the feature folds x far below ε, or "
                f"there are too few samples of it"
            )
        draws *= 4


def entropies_of_draws(y: np.ndarray) -> np.ndarray:
    """H(y|x) from all draws of each x, and the mean of what either half of them gives.

    By spacings between gaps for K = 1, by nearest neighbours for more.

    Args:
        y: (rows, draws, K), float64.

    Returns:
        (rows, 2), in nats; -inf where draws coincide.
    """
    half = y.shape[1] // 2
    parts = [_entropy_of_rows(part) for part in (y, y[:, :half], y[:, half : 2 * half])]
    return np.stack([parts[0], (parts[1] + parts[2]) / 2], axis=1)


def surprisals_of_draws(
    y: np.ndarray, period: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """-ln p̂ of y, a mean over each sample's draws: among all, and among every other sample.

    Args:
        y: (n, draws, K).
        period: of the components, (K,).
        weights: of the samples, (n,).

    Returns:
        (n, 2), in nats.
    """
    pointwise = SPACINGS if y.shape[2] == 1 else NEIGHBOURS

    def among(which: slice) -> np.ndarray:
        some, rows = y[which], Rows(order=False)
        if weights is not None:
            each = np.repeat(weights[which], y.shape[1])
            rows = rows._replace(weights=each / each.sum())
        pool = cut(some.reshape(-1, y.shape[2]), period)
        return pointwise.surprisals_of(pool, rows).reshape(some.shape[:2]).mean(axis=1)

    halves = np.empty(len(y))
    for every_other in (slice(0, None, 2), slice(1, None, 2)):
        halves[every_other] = among(every_other)
    return np.stack([among(slice(None)), halves], axis=1)


def _entropy_of_rows(y: np.ndarray) -> np.ndarray:
    if y.shape[2] == 1:
        z = np.sort(y[:, :, 0], axis=1)
        return surprisals_between_gaps(z, DRAWS_EACH_SIDE).mean(axis=1)
    return np.array([neighbour_terms(row, k=1).mean() for row in y])


def conditional_entropies(y: Tensor, *, m: int = DRAWS_EACH_SIDE) -> Tensor:
    """H(y|x) of each x from its row of draws, (n,), in nats; their mean is Eq. (4).

    For one component the mean logarithm of m-spacings, less what it is for as many draws of a unit
    Gaussian; for more, ½ ln det of the draws' scatter, less its expectation. Both have no bias
    where ε is so small that y given x is Gaussian. Elsewhere few draws blur: 16 of them make a
    uniform density's entropy 0.08 too high, and that of two peaks far apart up to 1.3 (64 draws:
    0.02 and 0.4); with more components H(y|x) is the Gaussian's of the same covariance, which is
    never below the true one. So I_ε is rather too low than too high. -inf where draws coincide.

    Args:
        y: (n, draws) or (n, draws, K).
        m: half the window of the spacings.

    Raises:
        ValueError: wrong shape, or too few draws: 2 m + 1 are needed for K = 1, K + 1 for others.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import conditional_entropies, noise_entropy
        >>> y = 0.1 * np.random.default_rng(0).normal(size=(2000, 16))
        >>> h = conditional_entropies(y).numpy()
        >>> h.shape, round(float(h.mean()), 1), round(noise_entropy(0.1), 1)
        ((2000,), -0.9, -0.9)
    """
    y = rows_of_draws(tf.convert_to_tensor(y))
    draws, components = y.shape[1:]
    least = 2 * m + 1 if components == 1 else components + 1
    if draws < least:
        raise ValueError(f"draws: expected at least {least} for K = {components}, got {draws}")
    if components == 1:
        mean_log_width = _mean_log_width(y[:, :, 0], m)
        return mean_log_width - _gaussian_log_width(draws, m) + noise_entropy(1.0)
    away = y - tf.reduce_mean(y, axis=1, keepdims=True)
    # ln det of a Wishart matrix: the determinant is a product of K independent χ² variables
    scatter = 0.5 * sum(math.log(2) + digamma((draws - 1 - k) / 2) for k in range(components))
    return log_volume(tf.transpose(away, (0, 2, 1))) - scatter + components * noise_entropy(1.0)


def rows_of_draws(y: Any) -> Any:
    """Draws (n, draws) or (n, draws, K) as (n, draws, K)."""
    if len(y.shape) == 2:
        y = y[:, :, np.newaxis]
    if len(y.shape) != 3:
        raise ValueError(f"y: expected shape (n, draws) or (n, draws, K), got {tuple(y.shape)}")
    return y


def _mean_log_width(y: Tensor, m: int) -> Tensor:
    """Mean ln(z_(i+m) - z_(i-m)) of each row's sorted draws z, the windows shrinking at the ends.

    (n, draws) -> (n,).
    """
    z = tf.sort(y, axis=1)
    i = np.arange(y.shape[1])
    high, low = np.minimum(i + m, i[-1]), np.maximum(i - m, 0)
    width = tf.gather(z, high, axis=1) - tf.gather(z, low, axis=1)
    return tf.reduce_mean(log(width), axis=1)


@lru_cache
def _gaussian_log_width(draws: int, m: int) -> float:
    rows = np.random.Generator(np.random.SFC64(0)).standard_normal((GAUSSIAN_DRAWS // draws, draws))
    return float(np.mean(_mean_log_width(rows, m)))
