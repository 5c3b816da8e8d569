"""An accurate way up for K = 1: m-spacings, a guard against flat places, Adam.

Use it for a feature of your own: it climbs the true value on points of the distribution, and takes
less computing than the paper's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from rmi_tf.computing.blocks import in_blocks, log
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.estimators.spacings import MARKS_EACH_SIDE, spacings_terms
from rmi_tf.jacobian import values_and_jacobian
from rmi_tf.protocols.base import BATCH, Objective, Protocol, points_of


def accurate_protocol(
    x: Any,
    *,
    steps: int,
    guard: float = 1e-2,
    rate: float = 1e-3,
    m: int = MARKS_EACH_SIDE,
    batch: int = BATCH,
    seed: int = 0,
) -> Protocol:
    """m-spacings with a guard, Adam with cosine decay, K = 1.

    Ascended is H(y) - <½ ln(|∇f|² + (guard/p̂(y))²)>, p̂ held fixed: in the uniform gauge ŷ, whose
    gradient is p̂ ∇f, that is -<½ ln(|∇ŷ|² + guard²)>, so the value keeps Eq. (2). Where ŷ changes
    by less than `guard` in a unit of length, flattening it further gains nothing. It has a meaning:
    to first order this is the information of a dial read with an error δ, of an x known up to ε,
    with guard = δ/ε (`dial_information`).

    The history tells the RMI without the guard, on the step's samples. One of them where the slope
    is exactly zero, as of a network whose units are all dead there, would make that infinite: it
    counts with the guard, guard/p̂(y), in place of its slope, which is the least that its guarded
    slope can be.

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones.
        steps: after how many the rate has decayed to zero.
        guard: a probability per unit of length in the space of x.
        rate: of Adam at the first step.
        m: half the window of the spacings.
        batch: samples of a step, drawn anew from an array for each; one that has no more is used
            whole. On the same ones at every step an ascent would climb their scatter.
        seed: of the batches; each step's follows from it and the step's number.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: no steps, a guard that is not positive, samples that are not finite.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import accurate_protocol, linear
        >>> protocol = accurate_protocol(np.random.default_rng(0).normal(size=(2000, 2)), steps=100)
        >>> terms = protocol.objective(linear([3.0, 4.0]), protocol.points(0))
        >>> round(float(terms.log_volume), 3)  # ln 5
        1.609
    """
    steps, m = check_whole("steps", steps, least=1), check_whole("m", m, least=1)
    check_positive("guard", guard)
    check_positive("rate", rate)

    def objective(feature: Callable, x: Tensor) -> Objective:
        y, jacobian = in_blocks(partial(values_and_jacobian, feature), x)
        surprisals = spacings_terms(y, m=m)
        flat2 = tf.square(guard * tf.exp(tf.stop_gradient(surprisals)))
        slope2 = tf.reduce_sum(tf.square(jacobian), axis=(1, 2))
        entropy = tf.reduce_mean(surprisals)
        guarded = entropy - tf.reduce_mean(0.5 * log(slope2 + flat2))
        # the history's own: not in the gradient, where a slope of zero would be nan
        told = tf.stop_gradient(tf.where(slope2 > 0, slope2, flat2))
        log_volume = tf.reduce_mean(0.5 * log(told))
        return Objective(guarded, entropy, log_volume)

    decay = tf.keras.optimizers.schedules.CosineDecay(rate, steps)
    points = points_of(x, batch=batch, seed=seed)
    return Protocol(points, objective, tf.keras.optimizers.Adam(decay))
