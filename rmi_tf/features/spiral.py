"""The features by hand of a twisted Gaussian, Fig. 3: polar angle, and an axis of it untwisted."""

from typing import Any

from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.features.linear import in_type_of, linear


def polar_angle(x: Tensor) -> Tensor:
    """atan2(x₂, x₁) in radians: (n, 2) -> (n,).

    Example:
        >>> from rmi_tf import polar_angle, tf
        >>> polar_angle(tf.constant([[0.0, 2.0]])).numpy().round(4)  # π/2
        array([1.5708], dtype=float32)
    """
    return tf.atan2(x[:, 1], x[:, 0])


def untwisted_axis(alpha: Any, axis: Any) -> Feature:
    """The feature x' · axis of the point x', that is x turned back by α |x|: (n, 2) -> (n,).

    Args:
        alpha: α of the spiral, in radians per unit of length.
        axis: weights (2,).

    Example:
        >>> import math
        >>> from rmi_tf import tf, untwisted_axis
        >>> along = untwisted_axis(math.pi / 2, [1.0, 0.0])
        >>> along(tf.constant([[0.0, 1.0]])).numpy().round(4).tolist()  # from (1, 0)
        [1.0]
    """
    along = linear(axis)

    def feature(x: Tensor) -> Tensor:
        angle = -in_type_of(x, alpha) * tf.norm(x, axis=1)
        turned = tf.complex(x[:, 0], x[:, 1]) * tf.complex(tf.cos(angle), tf.sin(angle))
        return along(tf.stack([tf.math.real(turned), tf.math.imag(turned)], axis=1))

    return feature
