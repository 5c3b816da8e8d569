"""Mutual information at a finite resolution ε, Eqs. (3) to (5): I_ε(x, y) with y = f(x + ελ).

Use it where the limit ε → 0 of Eq. (1) is in doubt or is not wanted: it needs no Jacobian, and no
feature exceeds what the resolution lets through. Each sample x gets a row of draws of y
(`noisy_values`, Eq. 3); the rows tell H(y|x) (`conditional_entropies`, Eq. 4), one draw of each
tells H(y), and their difference is I_ε (`regularized_information`, Eq. 5). I_ε grows like -K ln ε,
while I_ε + K H_ε tends to Ĩ.
"""

import math
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from rmi_tf.computing.blocks import blockwise
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, tf
from rmi_tf.computing.samples import MIN_SAMPLES, Source
from rmi_tf.density import columns
from rmi_tf.estimators.base import value_range
from rmi_tf.estimators.draws import entropies_of_draws, rows_of_draws, settled
from rmi_tf.information import rmi_from_terms
from rmi_tf.noise import Noise, noise_entropy

import numpy as np

BYTES_OF_DRAWS = 50_000_000  # at a time


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
    read: int = 1000,
    draws: int | None = None,
    noise_covariance: Any = None,
) -> RegularizedInformation:
    """I_ε(x, f(x + ελ)) of a feature, Eq. (5), with λ Gaussian of covariance Σ, Appendix A.

    One draw of y for each sample tells H(y); many draws for `read` of them tell H(y|x).

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), K = 1 or 2.
        samples: (n, N).
        epsilon: the resolution of x, in units of λ.
        seed: of λ.
        read: how many samples H(y|x) is the mean of, spread evenly over all.
        draws: draws of y for each of these; by default as many as it takes: until half of them
            give the same within 0.01 nats. A feature that folds x takes many.
        noise_covariance: Σ, as in `renormalized_mutual_information`; None for the identity.

    Warns:
        UserWarning: the information comes out negative, which it is not.

    Raises:
        TypeError: samples that are not an array of numbers.
        ValueError: wrong shapes, values that are not finite, ε not positive, too few samples or
            draws, draws of y that coincide though x differs, or a feature that folds x so finely
            that 65536 draws do not tell H(y|x).

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, regularized_information
        >>> x = np.random.default_rng(0).normal(size=(1000, 2))
        >>> found = regularized_information(linear([1.0, 0.0]), x, 0.1, seed=0)
        >>> round(found.information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    read = check_whole("read", read, least=MIN_SAMPLES)
    how = {"epsilon": epsilon, "covariance": noise_covariance}
    y = over_draws(lambda y: y[:, 0], feature, samples, seed=seed, draws=1, **how)
    every = -(-len(y) // read)
    some = samples[::every] if len(y) // every >= MIN_SAMPLES else samples

    def entropies(count: int) -> np.ndarray:
        return over_draws(entropies_of_draws, feature, some, seed=seed + 1, draws=count, **how)

    conditional, used = settled(entropies, draws)
    return _information(y, conditional, epsilon, used)


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
    return over_draws(
        lambda y: y, feature, samples, epsilon, seed=seed, draws=draws, covariance=noise_covariance
    )


def over_draws(
    function: Callable[[np.ndarray], np.ndarray],
    feature: Feature,
    samples: Any,
    epsilon: float,
    *,
    seed: int,
    draws: int,
    covariance: Any = None,
) -> np.ndarray:
    """The function of some samples' draws of y, (rows, draws, K) -> (rows, ...), for all samples.

    So that no more than some megabytes of draws are there at once; else as `noisy_values`.
    """
    check_positive("epsilon", epsilon)
    draws, seed = check_whole("draws", draws, least=1), check_whole("seed", seed, least=0)
    source = Source(samples)
    if source.array is None:
        raise TypeError(f"samples: expected an array (n, N), got {type(samples).__name__}")
    first = source.first()
    noise = Noise.of(covariance, first)
    by_blocks = blockwise(feature, tf.TensorSpec([None, first.shape[1]], first.dtype))
    at_once = max(1, BYTES_OF_DRAWS // (draws * first[0].nbytes))

    def of_chunk(x: np.ndarray, rows: slice) -> np.ndarray:
        generator = np.random.Generator(np.random.SFC64([seed, rows.start]))
        parts = [some(x[i : i + at_once], generator) for i in range(0, len(x), at_once)]
        return np.concatenate(parts)

    def some(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        noisy = noise.added(x, epsilon, generator, draws=draws)
        y = columns(by_blocks(tf.constant(noisy))).numpy()
        if len(y) != len(noisy):
            raise ValueError(
                f"feature: expected values (n,) or (n, K) with n = {len(noisy)}, got {y.shape}"
            )
        return function(y.reshape(len(x), draws, -1))

    return np.concatenate(list(source.map(of_chunk)))


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
        >>> y = generator.normal(size=(1000, 1)) + 0.1 * generator.normal(size=(1000, 256))
        >>> round(information_from_draws(y, 0.1).information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    y = rows_of_draws(np.asarray(y))
    value_range(y.reshape(-1, y.shape[2]))
    conditional, draws = settled(lambda _: entropies_of_draws(y.astype(np.float64)), y.shape[1])
    return _information(y[:, 0], conditional, epsilon, draws)


def _information(
    y: np.ndarray, conditional: np.ndarray, epsilon: float, draws: int
) -> RegularizedInformation:
    """I_ε from values y (n, K) and H(y|x) of some of the samples, spread evenly."""
    n, components = y.shape
    renormalization = components * noise_entropy(epsilon)
    low, high = value_range(y)
    if np.all(low == high):
        none = -math.inf
        return RegularizedInformation(0.0, 0.0, renormalization, none, none, epsilon, n, draws)
    share = np.isneginf(conditional).mean()
    if share > 0:
        raise ValueError(
            f"feature: expected values that differ from draw to draw, but on {share:.2%} of the "
            f"samples some coincide: it is constant there, or ε = {epsilon:g} is lost in the "
            f"rounding of {y.dtype.name}"
        )
    # of the others H(y|x) is the mean, so that mean and standard error are those of the some
    mean = conditional.mean()
    of_each = np.full(n, mean)
    of_each[:: -(-n // len(conditional))] += (conditional - mean) * n / len(conditional)
    found = rmi_from_terms(y, of_each)
    if found.rmi < 0:
        warnings.warn(
            f"I_ε = {found.rmi:.2g} ± {found.se:.2g} nats is negative, which an information is "
            f"not: it is not told apart from 0, or H(y) is wrong",
            stacklevel=3,
        )
    whole = found.rmi + renormalization
    terms = found.entropy, found.log_volume
    return RegularizedInformation(found.rmi, found.se, whole, *terms, epsilon, n, draws)
