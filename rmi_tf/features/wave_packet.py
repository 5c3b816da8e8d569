"""The hand-made features of a wave packet in a noisy field, Fig. 2b: where is the packet?"""

from typing import Any

from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.features.linear import in_type_of

import numpy as np


def mean_field(x: Tensor) -> Tensor:
    """(1/N) Σ_j x_j: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import mean_field, tf
        >>> mean_field(tf.constant([[1.0, 2.0, 6.0]])).numpy().tolist()
        [3.0]
    """
    return _site_sum(x, np.full(x.shape[-1], 1 / x.shape[-1]))


def amplitude_position(x: Tensor) -> Tensor:
    """(1/N) Σ_j j x_j, the position weighted by the amplitude: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import amplitude_position, tf
        >>> amplitude_position(tf.constant([[0.0, 0.5, 0.5, 0.0]])).numpy().tolist()  # 2.5/N
        [0.625]
    """
    return _site_sum(x, _sites(x) / x.shape[-1])


def intensity_position(x: Tensor) -> Tensor:
    """(1/N) Σ_j j x_j², the position weighted by the intensity: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import intensity_position, tf
        >>> intensity_position(tf.constant([[0.0, 1.0, 1.0, 0.0]])).numpy().tolist()  # 5/N
        [1.25]
    """
    return _site_sum(tf.square(x), _sites(x) / x.shape[-1])


def normalized_position(x: Tensor) -> Tensor:
    """Σ_j j x_j² / Σ_j x_j², as an expectation value in quantum mechanics: (n, N) -> (n,).

    Example:
        >>> from rmi_tf import normalized_position, tf
        >>> normalized_position(tf.constant([[0.0, 3.0, 3.0, 0.0]])).numpy().tolist()
        [2.5]
    """
    intensity = tf.square(x)
    return _site_sum(intensity, _sites(x)) / _site_sum(intensity, np.ones(x.shape[-1]))


def _site_sum(x: Tensor, factors: Any) -> Tensor:
    # A product with a vector: XLA does it several times faster than the reduction of a product.
    return tf.linalg.matvec(x, in_type_of(x, factors))


def _sites(x: Tensor) -> np.ndarray:
    return np.arange(1, x.shape[-1] + 1)  # j = 1..N, as in the paper's sums
