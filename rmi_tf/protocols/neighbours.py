"""A fourth way up: RMI by nearest neighbours, for features of two components or a few.

Use it where spacings, which need sorted values, cannot be had: K = 2. A histogram on the plane
needs far more points for the same gradient, and gains by stretching the tails of y until the bulk
lies in few cells; distances to neighbours know no cells::

    protocol = neighbour_protocol(lambda step: drops[250 * step :][:250], steps=200)
    history = ascend(exchangeable_network(250, seed=0), protocol, steps=200)
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from rmi_tf.computing.blocks import in_blocks, log, matmul
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.jacobian import feature_terms, log_volume, values_and_jacobian
from rmi_tf.protocols.base import BATCH, Objective, Protocol, points_of, whitened

from scipy.special import digamma


def neighbour_protocol(
    x: Any,
    *,
    steps: int,
    k: int = 8,
    rate: float = 2e-2,
    batch: int = BATCH,
    seed: int = 0,
    guard: float = 0.0,
) -> Protocol:
    """Ĩ with H(y) from the distances to the k-th neighbours, Adam with cosine decay.

    Which point is the neighbour is held fixed in the gradient, and so is the linear map that makes
    y round before distances are taken; the value keeps Eq. (2) for linear maps, and may gain a
    little by stretching a component, which the estimator does not: judge by that. Where
    det(∇f ∇fᵀ) may vanish, as for units that saturate, the ascent may follow it. A guard stops
    that: ascended is H(y) - <½ ln det(∇f ∇fᵀ + guard² C)> with the covariance C of y on the step's
    samples, held fixed, which keeps Eq. (2) for linear maps. The history leaves the guard out, but
    where the determinant is exactly zero, which would make it infinite.

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones, all different.
        steps: after how many the rate has decayed to zero.
        k: which neighbour; more of them, less scatter and more blur.
        rate: of Adam at the first step.
        batch: samples of a step, drawn anew from an array for each; one that has no more is used
            whole. On the same ones at every step an ascent would climb their scatter.
        seed: of the batches; each step's follows from it and the step's number.
        guard: how little y may move, in its standard deviations per unit of length in the space of
            x, before flattening it further gains nothing; 0 is none.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: no steps, k below 1, no more than k samples in a step, samples that are not
            finite, a negative guard.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, neighbour_protocol
        >>> protocol = neighbour_protocol(np.random.default_rng(0).normal(size=(4000, 3)), steps=1)
        >>> identity = linear(np.eye(3)[:, :2])
        >>> round(float(protocol.objective(identity, protocol.points(0)).ascended), 1)  # ln 2πe
        2.8
    """
    steps, k = check_whole("steps", steps, least=1), check_whole("k", k, least=1)
    check_positive("rate", rate)
    if guard != 0:
        check_positive("guard", guard)
    points = points_of(x, batch=batch, seed=seed)
    if len(points(0)) <= k:
        raise ValueError(f"x: expected more than k = {k} samples, got {len(points(0))}")

    def objective(feature: Callable, x: Tensor) -> Objective:
        y, volume = in_blocks(partial(feature_terms, feature), x)
        entropy, volume = _entropy(*whitened(y), k), tf.reduce_mean(volume)
        return Objective(entropy - volume, entropy, volume)

    def guarded(feature: Callable, x: Tensor) -> Objective:
        y, jacobian = in_blocks(partial(values_and_jacobian, feature), x)
        z, factor = whitened(y)
        entropy, volume = _entropy(z, factor, k), log_volume(jacobian)
        # det(∇f ∇fᵀ + guard² C) is that of ∇f with guard times C's factor beside it
        beside = tf.broadcast_to(guard * factor, (z.shape[0], *factor.shape))
        kept = log_volume(tf.concat([jacobian, beside], axis=2))
        # the history's own: not in the gradient, where a volume of zero would be nan
        volume = tf.stop_gradient(tf.where(tf.math.is_inf(volume), kept, volume))
        return Objective(entropy - tf.reduce_mean(kept), entropy, tf.reduce_mean(volume))

    decay = tf.keras.optimizers.schedules.CosineDecay(rate, steps)
    return Protocol(points, guarded if guard else objective, tf.keras.optimizers.Adam(decay))


def _entropy(z: Tensor, factor: Tensor, k: int) -> Tensor:
    """H(y) by nearest neighbours, differentiable in y: whitened, and the factor of that."""
    n, components = z.shape
    still = tf.stop_gradient(z)
    # |a - b|² less |a|², which is the same along a row
    distance2 = tf.reduce_sum(still**2, axis=1) - 2 * matmul(still, tf.transpose(still))
    neighbour = tf.math.top_k(-distance2, k + 1).indices[:, k]
    radius2 = tf.reduce_sum(tf.square(z - tf.gather(z, neighbour)), axis=1)
    log_ball = 0.5 * components * math.log(math.pi) - math.lgamma(0.5 * components + 1)
    constant = digamma(n) - digamma(k) + log_ball
    log_det = tf.reduce_sum(log(tf.linalg.diag_part(factor)))
    return constant + 0.5 * components * tf.reduce_mean(log(radius2)) + log_det
