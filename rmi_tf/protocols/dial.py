"""A way up that prefers smooth features: the information at two resolutions, K = 1.

Use it where x is known up to ε and the feature shall be read with an error δ. Ĩ has no maximum over
continuous features, which may fold x into ever thinner lanes, and a resolution of x alone does not
cost these; an error of the reading does, see `rmi_tf.resolution.dial`. It needs no Jacobian::

    protocol = dial_protocol(
        lambda step: spiral.even_points(256, seed=[0, step]), 0.25, 0.1, steps=300, seed=0
    )
    history = ascend(network(seed=0), protocol, steps=300)
"""

import math
from typing import Any

from rmi_tf.computing.blocks import in_blocks, log
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.noise import Noise
from rmi_tf.protocols.base import BATCH, Objective, Protocol, points_of
from rmi_tf.resolution.dial import check_delta

import numpy as np

QUANTILES = 64  # that the scale is drawn through
REACH = 4  # δ beyond the ends of the scale: 3e-5 of the readings lie further out
MARKS = 2  # of the density to a δ: such a sum over a Gaussian is exact to 1e-8
LEAST = 1e-30  # of a density, for its logarithm


def dial_protocol(
    x: Any,
    epsilon: float,
    delta: Any,
    *,
    steps: int,
    seed: int,
    draws: int = 32,
    noise_covariance: Any = None,
    rate: float = 3e-3,
    batch: int = BATCH,
) -> Protocol:
    """I(x; y) of y = F(f(x + ελ)) + δη from fresh noise at each step, Adam with cosine decay.

    The scale F is drawn through quantiles of all draws of the step, and moves with the feature, so
    the value keeps Eq. (2). The density of y given x is the sum of a Gaussian at each of its draws;
    what so few leave out is taken away by its difference from half as many.

    The history's entropy is H(y), its log_volume H(y|x), and its rmi their difference, I(x; y).

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones.
        epsilon: the resolution of x, in units of λ.
        delta: the error of a reading, a share of the dial's length; a `tf.Variable` where it shall
            change on the way.
        steps: after how many the rate has decayed to zero.
        seed: of the noise λ and of the batches; each step's follow from it and the step's number.
        draws: of y for each x.
        noise_covariance: Σ of λ, as in `renormalized_mutual_information`; None for the identity.
        rate: of Adam at the first step.
        batch: samples of a step, drawn anew from an array for each; one that has no more is used
            whole.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: no steps, too few samples or draws, an ε or δ out of range, a Σ of the wrong
            shape or not positive definite.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import ascend, dial_protocol, network
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> protocol = dial_protocol(x, 0.25, 0.1, steps=3, seed=0)
        >>> ascend(network(20, seed=0), protocol, steps=3).step
        [0, 1, 2]
    """
    steps, draws = check_whole("steps", steps, least=1), check_whole("draws", draws, least=4)
    if draws % 2:
        raise ValueError(f"draws: expected an even number, got {draws}")
    seed = check_whole("seed", seed, least=0)
    check_positive("epsilon", epsilon)
    check_positive("rate", rate)
    check_delta(float(delta))
    samples = points_of(x, batch=batch, seed=seed)
    first = np.asarray(samples(0), float)
    if first.ndim != 2 or len(first) * draws < 2 * QUANTILES:
        raise ValueError(
            f"x: expected samples (n, N) with n · draws >= {2 * QUANTILES}, got shape "
            f"{first.shape} and {draws} draws"
        )
    noise = Noise.of(noise_covariance, first)

    def points(step: int) -> np.ndarray:
        generator = np.random.Generator(np.random.SFC64([seed, step]))
        return noise.added(np.asarray(samples(step), float), epsilon, generator, draws=draws)

    def objective(feature: Feature, noisy: Tensor) -> Objective:
        y = in_blocks(feature, noisy)
        if len(y.shape) == 2 and y.shape[1] != 1:
            raise ValueError(f"feature: a dial shows one component, got K = {y.shape[1]}")
        shown = tf.reshape(_on_the_scale(tf.reshape(y, (-1,))), (-1, 2, draws // 2, 1))
        error = tf.cast(delta, shown.dtype)
        marks = tf.range(-REACH * error, 1 + REACH * error, error / MARKS)
        each = tf.exp(-0.5 * tf.square((marks - shown) / error))
        halves = tf.reduce_mean(each, axis=2) / (error * math.sqrt(2 * math.pi))
        whole = tf.reduce_mean(halves, axis=1)

        def entropy(density: Tensor) -> Tensor:
            return -tf.reduce_sum(density * log(density + LEAST), axis=-1) * error / MARKS

        of_all = entropy(tf.reduce_mean(whole, axis=0))
        given_x = 2 * tf.reduce_mean(entropy(whole)) - tf.reduce_mean(entropy(halves))
        varies = tf.reduce_max(y) > tf.reduce_min(y)
        information = tf.where(varies, of_all - given_x, -np.inf)
        return Objective(information, tf.where(varies, of_all, -np.inf), given_x)

    decay = tf.keras.optimizers.schedules.CosineDecay(rate, steps)
    return Protocol(points, objective, tf.keras.optimizers.Adam(decay))


def _on_the_scale(y: Tensor) -> Tensor:
    """ŷ from 0 to 1 of all values (n,), linear between their quantiles, which move with them."""
    quantiles = tf.gather(tf.sort(y), np.linspace(0, y.shape[0] - 1, QUANTILES + 1).astype(int))
    fixed = tf.stop_gradient(quantiles)
    number = tf.searchsorted(fixed, tf.stop_gradient(y), side="right") - 1
    number = tf.clip_by_value(number, 0, QUANTILES - 1)
    low, high = tf.gather(quantiles, number), tf.gather(quantiles, number + 1)
    # values that many draws share have no width: they stay where they are
    width = tf.where(high > low, high - low, 1)
    within = tf.where(high > low, (y - low) / width, 0.5)
    return (tf.cast(number, y.dtype) + within) / QUANTILES
