"""Entropy of two components from nearest neighbours (Kozachenko and Leonenko), after whitening.

Use it for K = 2 with independent samples: at 10,000 of them a histogram of 180 x 180 cells is low
by half a nat where this is off by less than 0.01.
"""

import math

from rmi_tf.computing.blocks import covariance, forward_substitution
from rmi_tf.estimators.base import Pointwise

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma, polygamma

K_NEIGHBOURS = 4
STAYS = 0.45  # measured on uniform points in a square without borders, to 2 %; K = 2, k = 4
FEW = 5000  # samples that are looked up sooner than a thread has begun
BATCHES = 25  # for the standard error; its own relative error is then 1/√48


def neighbour_terms(y: np.ndarray, *, k: int = K_NEIGHBOURS) -> np.ndarray:
    """-ln p̂(y_i) of every sample, (n,); the mean is H(y) in nats.

    -ln p̂(y_i) = ψ(n) - ψ(k) + ln V_K + K ln r_i, with r_i the distance to the k-th neighbour in
    whitened coordinates and V_K the unit ball's volume, plus the logarithm of the whitening's
    determinant. Where k neighbours coincide with a sample the term is -inf.

    Args:
        y: (n, K) finite values, not all on a line.
        k: which neighbour.

    Raises:
        ValueError: values on a line, or the same for many samples.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import neighbour_terms
        >>> y = np.random.default_rng(0).normal(size=(10_000, 2))
        >>> round(float(neighbour_terms(y).mean()), 1)  # H = ln 2πe = 2.838
        2.8
    """
    y = np.asarray(y, np.float64)
    n, components = y.shape
    whitened, log_det = _robustly_whitened(y)
    threads = -1 if n > FEW else 1
    distance = cKDTree(whitened).query(whitened, k + 1, workers=threads)[0][:, -1]
    log_ball = 0.5 * components * math.log(math.pi) - math.lgamma(0.5 * components + 1)
    with np.errstate(divide="ignore"):
        log_distance = np.log(distance)
    return digamma(n) - digamma(k) + log_ball + components * log_distance + log_det


class Neighbours(Pointwise):
    """Ĩ of two components by nearest neighbours."""

    components = range(2, 3)
    least = 10 * BATCHES
    marks = K_NEIGHBOURS

    def surprisals(self, y: np.ndarray, *, coarser: int = 1) -> np.ndarray:
        """-ln p̂(y_i) by `neighbour_terms`, from `coarser` times as many neighbours."""
        found = neighbour_terms(y, k=coarser * K_NEIGHBOURS)
        share = np.isneginf(found).mean()
        if share > 0:
            raise ValueError(
                f"feature: expected different values for different samples, but several have the "
                f"same value on {share:.2%} of them"
            )
        return found

    def excess_variance(self, n: int) -> float:
        """By how much the surprisals' variance is larger than n times that of their mean.

        The logarithm of a ball over k neighbours scatters with variance ψ'(k) even where the
        density is known. Balls overlap, and what they share does not average out: n times the
        variance of the mean is larger, STAYS, so this is negative.
        """
        return float(polygamma(1, self.marks) - STAYS)

    def standard_error(self, y: np.ndarray, volume: np.ndarray, surprisals: np.ndarray) -> float:
        """From independent batches, with neighbours found within each."""
        size = len(y) // BATCHES
        rmis = [
            np.mean(neighbour_terms(y[i : i + size]) - volume[i : i + size])
            for i in range(0, BATCHES * size, size)
        ]
        return float(np.std(rmis, ddof=1) / math.sqrt(BATCHES))


NEIGHBOURS = Neighbours()


def _robustly_whitened(y: np.ndarray) -> tuple[np.ndarray, float]:
    """The values with their central half made isotropic, and ln |det dy/d(whitened)|.

    Neighbours are round balls, so a stretched density must be made round first; outliers do not
    count, and a linear map of y changes nothing but the determinant.
    """
    centre = np.median(y, axis=0)
    scale = np.subtract(*np.percentile(y, [75, 25], axis=0))
    scale = np.where(scale > 0, scale, np.ptp(y, axis=0))
    z = (y - centre) / scale
    log_det = np.log(scale).sum()
    for _ in range(3):  # the central half depends on what is round: a few rounds settle it
        radius = (z**2).sum(axis=1)
        core = covariance(z[radius <= np.median(radius)])
        try:
            factor = np.linalg.cholesky(core)
        except np.linalg.LinAlgError as error:
            raise ValueError(
                "feature: expected values spread over K dimensions, but half of them or more lie "
                "in one point or on one line"
            ) from error
        z = np.stack(forward_substitution(factor, z), axis=1)
        log_det += np.log(np.diag(factor)).sum()
    return z, log_det
