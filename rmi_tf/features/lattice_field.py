"""Features of a field on a square lattice, (n, L²): beside `mean_field`, its order parameter."""

import math

from rmi_tf.computing.quiet_tensorflow import Tensor, tf


def staggered_field(x: Tensor) -> Tensor:
    """Mean of a field with the signs of a chequerboard, (n, L²) -> (n,).

    Raises:
        ValueError: a number of sites that is not a square.

    Example:
        >>> from rmi_tf import staggered_field, tf
        >>> staggered_field(tf.constant([[1.0, -1.0, -1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])).numpy()
        array([1., 0.], dtype=float32)
    """
    field = _square(x)
    along = 1 - 2 * tf.cast(tf.range(field.shape[1]) % 2, x.dtype)
    signs = along[:, tf.newaxis] * along
    return tf.reduce_mean(field * signs, axis=(1, 2))


def bond_energy(x: Tensor) -> Tensor:
    """Mean over sites of Σ_μ φ_x φ_(x+μ), on a periodic lattice, (n, L²) -> (n,).

    Raises:
        ValueError: a number of sites that is not a square.

    Example:
        >>> from rmi_tf import bond_energy, tf
        >>> bond_energy(tf.constant([[2.0, 2.0, 2.0, 2.0], [2.0, -2.0, -2.0, 2.0]])).numpy()
        array([ 8., -8.], dtype=float32)
    """
    field = _square(x)
    return tf.reduce_mean(field * (tf.roll(field, 1, 1) + tf.roll(field, 1, 2)), axis=(1, 2))


def _square(x: Tensor) -> Tensor:
    sides = math.isqrt(x.shape[1])
    if sides**2 != x.shape[1]:
        raise ValueError(f"samples: expected L² sites, got {x.shape[1]}")
    return tf.reshape(x, (-1, sides, sides))
