"""A way up for any number of components: Eq. (8) inside of the ascent, max over f and min over D.

Use it for K ≥ 5, where neighbours are far away in a step's few samples. D learns beside the feature
how far y is from a Gaussian of y's own covariance. Where y is Gaussian there is nothing to learn::

    protocol = variational_protocol(x, components=6, steps=400)
    history = ascend(model, protocol, steps=400)
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from rmi_tf.computing.blocks import in_blocks, log
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.jacobian import feature_terms
from rmi_tf.protocols.base import BATCH, Objective, Protocol, points_of, whitened
from rmi_tf.variational.discriminator import (
    bound,
    discriminator,
    telling_apart,
    with_products,
)

MOVES = 4  # of D for one of the feature: with one, D lags behind and H is nats too high
RATE = 1e-2  # of D, over √K


def variational_protocol(
    x: Any,
    *,
    components: int,
    steps: int,
    rate: float = 1e-2,
    batch: int = BATCH,
    seed: int = 0,
) -> Protocol:
    """Ĩ with H(y) by Eq. (8), Adam with cosine decay for the feature and for D.

    At each step D is moved a few times, by logistic regression, whose best D is the same and whose
    gradients are bounded; then the feature, up the bound of Eq. (8) with this D. The reference is a
    Gaussian with the mean and the covariance of the step's y, both held fixed in the gradient, so
    the value keeps Eq. (2) for linear maps. What is climbed is an upper bound: where D lags behind,
    H is too high, and the feature may seek that. So judge what comes out by an estimator.

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones.
        components: K of the feature.
        steps: after how many the rates have decayed to zero.
        rate: of Adam at the first step, for the feature.
        batch: samples of a step, drawn anew from an array for each; one that has no more is used
            whole, and then D learns these by heart.
        seed: of D, of the reference's points and of the batches.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: no steps or components, no more samples in a step than components, samples that
            are not finite, a feature of another K.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, variational_protocol
        >>> x = np.random.default_rng(0).normal(size=(4000, 6))
        >>> protocol = variational_protocol(x, components=5, steps=1)
        >>> identity = linear(np.eye(6)[:, :5])
        >>> round(float(protocol.objective(identity, protocol.points(0)).ascended))  # 5/2 ln 2πe
        7
    """
    steps = check_whole("steps", steps, least=1)
    components = check_whole("components", components, least=1)
    seed = check_whole("seed", seed, least=0)
    check_positive("rate", rate)
    points = points_of(x, batch=batch, seed=seed)
    if len(points(0)) <= components:
        raise ValueError(
            f"x: expected more than K = {components} samples in a step, got {len(points(0))}"
        )
    model = discriminator(components, seed=seed)
    decay = tf.keras.optimizers.schedules.CosineDecay
    learner = tf.keras.optimizers.Adam(decay(RATE / components**0.5, MOVES * steps))
    learner.build(model.trainable_variables)

    def differs(z: Tensor) -> Tensor:
        return in_blocks(lambda z: model(with_products(z)), z)

    def objective(feature: Callable, x: Tensor) -> Objective:
        y, volume = in_blocks(partial(feature_terms, feature), x)
        if y.shape[1] != components:
            raise ValueError(f"feature: expected K = {components} components, got {y.shape[1]}")
        z, factor = whitened(y)
        z, log_det = tf.cast(z, tf.float32), tf.reduce_sum(log(tf.linalg.diag_part(factor)))
        # of the moves done, which go on where an ascent does
        stream = tf.stack([tf.cast(n, tf.int64) for n in (seed, learner.iterations.value)])
        reference, _ = whitened(tf.random.stateless_normal(z.shape, stream))
        variables = model.trainable_variables
        for _ in range(MOVES):
            with tf.GradientTape() as tape:
                loss = telling_apart(differs(tf.stop_gradient(z)), differs(reference))
            learner.apply(tape.gradient(loss, variables), variables)
        length = tf.reduce_mean(tf.reduce_sum(z**2, axis=1)) + components * math.log(2 * math.pi)
        code = tf.cast(tf.stack([0.5 * length, bound(differs(z), differs(reference))]), y.dtype)
        # no chain of sums: a graph puts its terms in an order of its own, in each process another
        entropy = tf.reduce_sum(tf.concat([code, log_det[tf.newaxis]], axis=0))
        log_volume = tf.reduce_mean(volume)
        return Objective(entropy - log_volume, entropy, log_volume)

    return Protocol(points, objective, tf.keras.optimizers.Adam(decay(rate, steps)))
