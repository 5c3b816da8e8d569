"""The hand-made features of a liquid drop, Fig. 2d, for any particles in the plane."""

from rmi_tf.computing.quiet_tensorflow import Tensor, tf


def second_moments(x: Tensor) -> Tensor:
    """(1/N Σ_j x_j², 1/N Σ_j y_j²) of N particles, whose x_j come first: (n, 2N) -> (n, 2).

    Raises:
        ValueError: an odd number of coordinates.

    Example:
        >>> from rmi_tf import second_moments, tf
        >>> second_moments(tf.constant([[1.0, -1.0, 2.0, 0.0]])).numpy().tolist()
        [[1.0, 2.0]]
    """
    return tf.reduce_mean(tf.square(_places(x)), axis=2)


def quadrupole(x: Tensor) -> Tensor:
    """(<x² - y²>, <2 x y>) over N particles, whose x_j come first: (n, 2N) -> (n, 2).

    What one would write down for an ellipse: its length says how elongated the particles lie, its
    angle is twice that of the ellipse.

    Raises:
        ValueError: an odd number of coordinates.

    Example:
        >>> from rmi_tf import quadrupole, tf
        >>> quadrupole(tf.constant([[1.0, -1.0, 2.0, 0.0]])).numpy().tolist()
        [[-1.0, 2.0]]
    """
    first, second = tf.unstack(_places(x), axis=1)
    along, across = tf.square(first) - tf.square(second), 2 * first * second
    return tf.stack([tf.reduce_mean(along, axis=1), tf.reduce_mean(across, axis=1)], axis=1)


def _places(x: Tensor) -> Tensor:
    """The particles' places, (n, 2N) -> (n, 2, N)."""
    if x.shape[-1] % 2:
        raise ValueError(f"samples: expected shape (n, 2N), got {tuple(x.shape)}")
    return tf.reshape(x, (-1, 2, x.shape[-1] // 2))
