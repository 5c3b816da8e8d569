"""One step of Appendix D as it is written there: all lattice points, a mask of bins × points.

Slow and plain, to compare `rmi_tf.paper_protocol` with.
"""

from rmi_tf.computing.quiet_tensorflow import tf

import numpy as np


def literal_rmi(model, x, weights, *, bins=100):
    """Ĩ of a feature (n, 1) over lattice points (n, N) with weights (n,), a scalar tensor."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x)[:, 0]
    gradient = tape.gradient(y, x)
    low = tf.stop_gradient(tf.reduce_min(y))
    high = tf.stop_gradient(tf.reduce_max(y))
    width = (high - low) / (bins - 1)
    nodes = low + width * tf.range(bins, dtype=y.dtype)
    # At a node d_k has a kink. The least f lies on the first node and the greatest on the last:
    # from there they can only move inwards, so the outer cells contain their outer ends.
    edges = tf.concat([[-np.inf], nodes[:-1], [np.inf, np.inf]], axis=0)[:, tf.newaxis]
    below = (edges[:-2] <= y) & (y < edges[1:-1])
    above = (edges[1:-1] <= y) & (y < edges[2:])
    distance = y - nodes[:, tf.newaxis]
    rising = 1 / width + distance / width**2
    falling = 1 / width - distance / width**2
    d = tf.cast(below, y.dtype) * rising + tf.cast(above, y.dtype) * falling
    density = tf.reduce_sum(weights * d, axis=1)
    entropy = -width * tf.reduce_sum(tf.math.xlogy(density, density))
    slope = tf.sqrt(tf.reduce_sum(gradient**2, axis=1))
    return entropy - tf.reduce_sum(weights * tf.math.log(slope))


def literal_step(model, x, weights, *, bins=100):
    """A graph that returns Ĩ and its gradient with respect to the model's parameters."""
    variables = [variable.value for variable in model.trainable_variables]
    dtype = variables[0].dtype
    x, weights = tf.constant(x, dtype), tf.constant(weights, dtype)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            rmi = literal_rmi(model, x, weights, bins=bins)
        return rmi, tape.gradient(rmi, variables)

    return step
