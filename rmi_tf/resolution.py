"""Mutual information at a finite resolution ε, Eqs. (3) to (5): I_ε(x, y) with y = f(x + ελ).

Use it where the limit ε → 0 of Eq. (1) is in doubt or is not wanted: it needs no Jacobian, and no
feature exceeds what the resolution lets through. Each sample x gets a row of draws of y
(`noisy_values`, Eq. 3); the rows tell H(y|x) (`conditional_entropies`, Eq. 4), one draw of each
tells H(y), and their difference is I_ε (`regularized_information`, Eq. 5). I_ε grows like -K ln ε,
while I_ε + K H_ε tends to Ĩ.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

from rmi_tf._checks import check_positive, check_whole
from rmi_tf._tensorflow import tf
from rmi_tf.blocks import blockwise, log
from rmi_tf.density import Tensor, columns
from rmi_tf.features import Feature
from rmi_tf.information import rmi_from_terms
from rmi_tf.jacobian import check_noise_covariance, log_volume
from rmi_tf.result import value_range
from rmi_tf.samples import Source

import numpy as np
from scipy.special import digamma

M = 3  # marks on each side in a row of draws; larger ones blur what 16 draws can still tell apart
GAUSSIAN_DRAWS = 2**21  # fix the bias of a row on Gaussians to 0.0006 nats


class RegularizedInformation(NamedTuple):
    """I_ε(x, y) of Eq. (5) and its two terms, in nats."""

    information: float  # I_ε = H(y) - H(y|x)
    se: float  # standard error of information, and of rmi
    rmi: float  # I_ε + K H_ε, which tends to Ĩ
    entropy: float  # H(y)
    conditional_entropy: float  # H(y|x)
    epsilon: float
    n: int
    draws: int

    def __repr__(self) -> str:
        return (
            f"I_ε {self.information:z.4f} ± {self.se:.2g} nats = H(y) {self.entropy:z.4f} - H(y|x) "
            f"{self.conditional_entropy:z.4f}, with K H_ε {self.rmi:z.4f} (ε = {self.epsilon:g}, "
            f"n = {self.n}, {self.draws} draws)"
        )


def regularized_information(
    feature: Feature,
    samples: Any,
    epsilon: float,
    *,
    seed: int,
    draws: int = 16,
    noise_covariance: Any = None,
) -> RegularizedInformation:
    """I_ε(x, f(x + ελ)) of a feature, Eq. (5), with λ Gaussian of covariance Σ, Appendix A.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), K = 1 or 2.
        samples: (n, N).
        epsilon: the resolution of x, in units of λ.
        seed: of λ.
        draws: draws of y for each x, see `conditional_entropies` for what few of them miss.
        noise_covariance: Σ, as in `renormalized_mutual_information`; None for the identity.

    Raises:
        TypeError: samples that are not an array of numbers.
        ValueError: wrong shapes, values that are not finite, ε not positive, too few samples or
            draws, or draws of y that coincide though x differs.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, regularized_information
        >>> x = np.random.default_rng(0).normal(size=(1000, 2))
        >>> found = regularized_information(linear([1.0, 0.0]), x, 0.1, seed=0)
        >>> round(found.information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    y = noisy_values(
        feature, samples, epsilon, seed=seed, draws=draws, noise_covariance=noise_covariance
    )
    return information_from_draws(y, epsilon)


def noisy_values(
    feature: Feature,
    samples: Any,
    epsilon: float,
    *,
    seed: int,
    draws: int = 16,
    noise_covariance: Any = None,
) -> np.ndarray:
    """Draws of y = f(x + ελ) for each x, from P(y|x) of Eq. (3): (n, draws, K).

    Arguments and errors as in `regularized_information`.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, noisy_values
        >>> x = np.zeros((100, 2))
        >>> y = noisy_values(linear([1.0, 0.0]), x, 0.1, seed=0, draws=50)
        >>> y.shape, round(float(y.std()), 1)
        ((100, 50, 1), 0.1)
    """
    check_positive("epsilon", epsilon)
    draws, seed = check_whole("draws", draws, least=1), check_whole("seed", seed, least=0)
    source = Source(samples)
    if source.array is None:
        raise TypeError(f"samples: expected an array (n, N), got {type(samples).__name__}")
    if noise_covariance is not None:
        check_noise_covariance(noise_covariance, source.first())
    first = source.first()
    by_blocks = blockwise(feature, tf.TensorSpec([None, first.shape[1]], first.dtype))

    def values(x: np.ndarray, rows: slice) -> np.ndarray:
        noisy = noisy_points(x, epsilon, [seed, rows.start], draws, noise_covariance)
        y = columns(by_blocks(tf.constant(noisy))).numpy()
        if len(y) != len(x) * draws:
            raise ValueError(
                f"feature: expected values (n,) or (n, K) with n = {len(x) * draws}, got {y.shape}"
            )
        return y.reshape(len(x), draws, -1)

    return np.concatenate(list(source.map(values)))


def noisy_points(
    x: np.ndarray, epsilon: float, seed: Any, draws: int, noise_covariance: Any = None
) -> np.ndarray:
    """The points x + ελ, `draws` for each x one after the other: (n · draws, N), of x's dtype."""
    generator = np.random.Generator(np.random.SFC64(seed))
    noise = generator.standard_normal((len(x), draws, x.shape[1]), dtype=x.dtype)
    noisy = x[:, np.newaxis] + x.dtype.type(epsilon) * _correlated(noise, noise_covariance, x)
    return noisy.reshape(-1, x.shape[1])


def information_from_draws(y: Any, epsilon: float) -> RegularizedInformation:
    """I_ε = H(y) - H(y|x) from draws of y for each x, Eq. (5).

    The noise may sit anywhere: on x as in Eqs. (3) and (B1), or on y as in Eq. (B2).

    Args:
        y: (n, draws) or (n, draws, K), each row drawn from P(y|x) of a sample x of its own.
        epsilon: the resolution, for H_ε.

    Returns:
        The information; 0 for a feature that is constant, whose I_ε + K H_ε is then K H_ε.

    Raises:
        ValueError: as in `regularized_information`.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import information_from_draws
        >>> generator = np.random.default_rng(0)
        >>> y = generator.normal(size=(1000, 1)) + 0.1 * generator.normal(size=(1000, 16))
        >>> round(information_from_draws(y, 0.1).information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    y = _rows_of_draws(np.asarray(y))
    n, draws, components = y.shape
    renormalization = components * noise_entropy(epsilon)
    low, high = value_range(y.reshape(-1, components))
    if np.all(low == high):
        none = -math.inf
        return RegularizedInformation(0.0, 0.0, renormalization, none, none, epsilon, n, draws)
    conditional = conditional_entropies(y.astype(np.float64)).numpy()
    share = np.isneginf(conditional).mean()
    if share > 0:
        raise ValueError(
            f"feature: expected values that differ from draw to draw, but on {share:.2%} of the "
            f"samples some coincide: it is constant there, or ε = {epsilon:g} is lost in the "
            f"rounding of {y.dtype.name}"
        )
    result = rmi_from_terms(y[:, 0], conditional)
    return RegularizedInformation(
        result.rmi,
        result.se,
        result.rmi + renormalization,
        result.entropy,
        result.log_volume,
        epsilon,
        n,
        draws,
    )


def conditional_entropies(y: Tensor, *, m: int = M, log_floor: Tensor | None = None) -> Tensor:
    """H(y|x) of each x from its row of draws, (n,), in nats; their mean is Eq. (4). Differentiable.

    For one component the mean logarithm of m-spacings, less what it is for as many draws of a unit
    Gaussian; for more, ½ ln det of the draws' scatter, less its expectation. Both have no bias
    where ε is so small that y given x is Gaussian. Elsewhere few draws blur: 16 of them make a
    uniform density's entropy 0.08 too high, and that of two peaks far apart up to 1.3 (64 draws:
    0.02 and 0.4); with more components H(y|x) is the Gaussian's of the same covariance, which is
    never below the true one. So I_ε is rather too low than too high. -inf where draws coincide.

    Args:
        y: (n, draws) or (n, draws, K).
        m: half the window of the spacings.
        log_floor: (n,), K = 1: ln of a length s in units of y, for an ascent. Each window's width
            counts as √(width² + s²), so that value and gradient are finite where draws coincide.

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
    y = _rows_of_draws(tf.convert_to_tensor(y))
    draws, components = y.shape[1:]
    least = 2 * m + 1 if components == 1 else components + 1
    if draws < least:
        raise ValueError(f"draws: expected at least {least} for K = {components}, got {draws}")
    if components == 1:
        mean_log_width = _mean_log_width(y[:, :, 0], m, log_floor)
        return mean_log_width - _gaussian_log_width(draws, m) + noise_entropy(1.0)
    away = y - tf.reduce_mean(y, axis=1, keepdims=True)
    # ln det of a Wishart matrix: the determinant is a product of K independent χ² variables
    scatter = 0.5 * sum(math.log(2) + digamma((draws - 1 - k) / 2) for k in range(components))
    return log_volume(tf.transpose(away, (0, 2, 1))) - scatter + components * noise_entropy(1.0)


def noise_entropy(epsilon: float) -> float:
    """H_ε = ½ ln 2πeε² of Eqs. (4) and (5): the entropy of a Gaussian of variance ε², in nats.

    Appendices A and B write ½ ln 2πε². That leaves I_ε + K H_ε short of Eq. (1) by K/2.

    Example:
        >>> from rmi_tf import noise_entropy
        >>> round(noise_entropy(1.0), 3)
        1.419
    """
    check_positive("epsilon", epsilon)
    return 0.5 * math.log(2 * math.pi * math.e * epsilon**2)


def _mean_log_width(y: Tensor, m: int, log_floor: Tensor | None = None) -> Tensor:
    """Mean ln(z_(i+m) - z_(i-m)) of each row's sorted draws z, the windows shrinking at the ends.

    (n, draws) -> (n,).
    """
    z = tf.sort(y, axis=1)
    i = np.arange(y.shape[1])
    high, low = np.minimum(i + m, i[-1]), np.maximum(i - m, 0)
    width = tf.gather(z, high, axis=1) - tf.gather(z, low, axis=1)
    if log_floor is None:
        return tf.reduce_mean(log(width), axis=1)
    # relative to the floor: squares of y in a gauge of small numbers would underflow
    relative = width * tf.exp(-log_floor)[:, tf.newaxis]
    squared = tf.square(tf.cast(relative, tf.float64))
    return log_floor + 0.5 * tf.cast(tf.reduce_mean(log(1 + squared), axis=1), y.dtype)


@lru_cache
def _gaussian_log_width(draws: int, m: int) -> float:
    rows = np.random.Generator(np.random.SFC64(0)).standard_normal((GAUSSIAN_DRAWS // draws, draws))
    with tf.init_scope():  # a number, also where a graph asks for it
        return float(np.mean(_mean_log_width(rows, m)))


def _correlated(noise: np.ndarray, covariance: Any, x: np.ndarray) -> np.ndarray:
    """Unit noise (n, draws, N) with the covariance Σ(x) of Appendix A."""
    if covariance is None:
        return noise
    sigma = np.asarray(covariance(tf.constant(x)) if callable(covariance) else covariance, x.dtype)
    sigma = sigma if callable(covariance) else sigma[np.newaxis]
    if sigma.ndim == 2:
        return np.sqrt(sigma)[:, np.newaxis] * noise
    return noise @ np.swapaxes(np.linalg.cholesky(sigma), 1, 2)


def _rows_of_draws(y: Any) -> Any:
    if len(y.shape) == 2:
        y = y[:, :, np.newaxis]
    if len(y.shape) != 3:
        raise ValueError(f"y: expected shape (n, draws) or (n, draws, K), got {tuple(y.shape)}")
    return y
