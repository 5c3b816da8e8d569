"""Draws of y = f(x + ελ) for each x, from P(y|x) of Eq. (3)."""

from collections.abc import Callable
from typing import Any

from rmi_tf.computing.blocks import blockwise
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, tf
from rmi_tf.computing.samples import Source
from rmi_tf.density import columns
from rmi_tf.noise import Noise

import numpy as np

BYTES_OF_DRAWS = 50_000_000  # at a time


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
    source = Source(samples, tell_constant=False)  # the noise moves them all
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
