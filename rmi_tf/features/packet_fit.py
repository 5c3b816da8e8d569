"""Position, height and width of a packet in a field, as smooth features: Gauss and Newton's steps.

Use it where one feature is not enough: three collective variables of one field, to measure how much
RMI each of them adds.
"""

from rmi_tf.computing.blocks import log, matmul
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf

import numpy as np

SHARPNESS = 3.0  # of the first guess: how much places that match better outweigh the others
STEPS = 4
FURTHEST = 0.5  # of a step, in widths and logarithms: where noise hides the packet it ran away


def packet_fit(*, width: float = 9.0, sites: int = 100) -> Feature:
    """The feature (j̄, ln a, ln δj) of a exp(-(j - j̄)²/δj²), by least squares: (n, N) -> (n, 3).

    It starts where a packet of the given width matches best, on a soft average over all places, and
    goes a few steps of Gauss and Newton. All is smooth in x, so it has a Jacobian. For packets of
    positive height of order 1: others are too flat, or too steep, for the soft average.

    >>> import numpy as np
    >>> packet = 0.7 * np.exp(-(((np.arange(1, 101) - 42.5) / 8) ** 2))
    >>> position, log_height, log_width = packet_fit()(tf.constant([packet]))[0].numpy()
    >>> print(f"{position:.2f} {np.exp(log_height):.2f} {np.exp(log_width):.2f}")
    42.50 0.70 8.00

    Args:
        width: δj of the first guess, in sites.
        sites: N.

    Raises:
        ValueError: a width that is not positive, fewer than three sites.
    """
    check_positive("width", width)
    sites = check_whole("sites", sites, least=3)
    place = np.arange(1, sites + 1)
    template = np.exp(-(((place - place[:, np.newaxis]) / width) ** 2))
    size2 = np.sum(template[sites // 2] ** 2)

    def feature(x: Tensor) -> Tensor:
        match = matmul(x, tf.cast(template, x.dtype))
        share = _shares(SHARPNESS * match)
        position = tf.linalg.matvec(share, tf.cast(place, x.dtype))
        log_height = log(tf.reduce_sum(share * match, axis=1) / tf.cast(size2, x.dtype))
        log_width = tf.fill(tf.shape(position), tf.cast(np.log(width), x.dtype))
        found = tf.stack([position, log_height, log_width], axis=1)
        for _ in range(STEPS):
            found += _step(x, found)
        return found

    return feature


def _shares(match: Tensor) -> Tensor:
    """The softmax of each row, by a division: TensorFlow's takes a reciprocal."""
    size = tf.exp(match - tf.stop_gradient(tf.reduce_max(match, axis=1, keepdims=True)))
    return size / tf.reduce_sum(size, axis=1, keepdims=True)


def _step(x: Tensor, found: Tensor) -> Tensor:
    """From (j̄, ln a, ln δj) towards the least squares: the residual's share along the slopes."""
    position, log_height, log_width = tf.split(found, 3, axis=1)
    width = tf.exp(log_width)
    away = (tf.range(1, x.shape[1] + 1, dtype=x.dtype) - position) / width
    packet = tf.exp(log_height - away**2)
    slopes = tf.stack([2 * away / width * packet, packet, 2 * away**2 * packet], axis=1)
    along = tf.linalg.matvec(slopes, x - packet)
    # three by three for each sample, as sums: the cache would cut a product of long rows
    products = tf.reduce_sum(slopes[:, :, tf.newaxis] * slopes[:, tf.newaxis], axis=-1)
    step = tf.linalg.solve(products, along[:, :, tf.newaxis])[:, :, 0]
    unit = FURTHEST * tf.concat([width, tf.ones_like(found[:, 1:])], axis=1)
    return unit * tf.tanh(step / unit)
