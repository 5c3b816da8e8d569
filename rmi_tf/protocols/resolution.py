"""A third way up: the information at a finite resolution ε, I_ε of Eq. (5), K = 1.

Use it where ε is known: the precision of an instrument, the size below which differences of x do
not matter. Ĩ has no maximum over continuous features, which may fold x into ever thinner lanes; I_ε
is bounded by I(x, x + ελ). It needs no Jacobian::

    protocol = resolution_protocol(
        lambda step: spiral.even_points(1024, seed=[0, step]), 0.5, steps=600, seed=0
    )
    history = ascend(network(seed=0), protocol, steps=600)

What is climbed is the estimate from few draws, which blurs what they cannot tell apart, see
`conditional_entropies`: it charges a feature more for lanes narrower than ε than I_ε itself does.
Some starts come to rest elsewhere, at a lower I_ε: one in 40 on the spiral, where the better of two
will do; four in nine on the wave packet, but one in 25 of those that begin at ε = 1.5 and go on at
0.5, with a protocol for each.
"""

from typing import Any

from rmi_tf.computing.blocks import in_blocks
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.estimators.draws import DRAWS_EACH_SIDE, conditional_entropies
from rmi_tf.estimators.spacings import spacings_terms
from rmi_tf.noise import Noise, noise_entropy
from rmi_tf.protocols.base import Objective, Protocol

import numpy as np


def resolution_protocol(
    x: Any,
    epsilon: float,
    *,
    steps: int,
    seed: int,
    draws: int = 16,
    noise_covariance: Any = None,
    guard: float = 1e-4,
    rate: float = 3e-3,
    m: int = 16,
) -> Protocol:
    """I_ε by m-spacings from fresh noise at each step, Adam with cosine decay, K = 1.

    The history's rmi is I_ε + H_ε, which tends to Ĩ: its entropy is H(y), of all draws together,
    its log_volume H(y|x) - H_ε, the spread of y that is left when x is known, in units of ε.

    In the ascent a window between draws of one x never counts as narrower than guard/p̂(y), p̂ held
    fixed: where all draws coincide (a saturated or dead unit) nothing is gained from pressing them
    closer. Measured in units of p̂, its value keeps Eq. (2). The history leaves it out.

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones.
        epsilon: the resolution of x, in units of λ.
        steps: after how many the rate has decayed to zero.
        seed: of the noise λ; each step's follows from it and the step's number.
        draws: of y for each x.
        noise_covariance: Σ of λ, as in `renormalized_mutual_information`; None for the identity.
        guard: a probability.
        rate: of Adam at the first step.
        m: half the window of the spacings for H(y), among all n · draws values. Wide ones let the
            ascent gain by stretching the tails (64 of 8192 values: 0.1 nats that are not there),
            narrow ones see the rows of draws (8 of 4096: seeds part).

    Raises:
        ValueError: no steps, too few samples or draws, an ε or a guard that is not positive, a Σ of
            the wrong shape or not positive definite.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import ascend, network, resolution_protocol
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> protocol = resolution_protocol(x, 0.5, steps=3, seed=0)
        >>> ascend(network(20, seed=0), protocol, steps=3).step
        [0, 1, 2]
    """
    steps, m = check_whole("steps", steps, least=1), check_whole("m", m, least=1)
    draws = check_whole("draws", draws, least=2 * DRAWS_EACH_SIDE + 1)
    seed = check_whole("seed", seed, least=0)
    check_positive("guard", guard)
    check_positive("rate", rate)
    renormalization = noise_entropy(epsilon)
    samples = x if callable(x) else lambda step: x
    first = np.asarray(samples(0), float)
    if first.ndim != 2 or len(first) * draws <= 2 * m:
        raise ValueError(
            f"x: expected samples (n, N) with n · draws > {2 * m}, got shape {first.shape} "
            f"and {draws} draws"
        )
    noise = Noise.of(noise_covariance, first)

    def points(step: int) -> np.ndarray:
        fresh = np.asarray(samples(step), float)
        generator = np.random.Generator(np.random.SFC64([seed, step]))
        return noise.added(fresh, epsilon, generator, draws=draws)

    def objective(feature: Feature, noisy: Tensor) -> Objective:
        y = in_blocks(feature, noisy)
        outer = spacings_terms(y, m=m)
        rows = tf.reshape(y, (-1, draws))
        entropy = tf.reduce_mean(outer)
        mean_outer = tf.reduce_mean(tf.reshape(tf.stop_gradient(outer), (-1, draws)), axis=1)
        log_floor = mean_outer + np.log(guard)
        guarded = tf.reduce_mean(conditional_entropies(rows, log_floor=log_floor))
        # the history's own: not in the gradient, where draws that coincide would be nan
        conditional = tf.reduce_mean(conditional_entropies(tf.stop_gradient(rows)))
        climbed = entropy - guarded + renormalization
        return Objective(climbed, entropy, conditional - renormalization)

    decay = tf.keras.optimizers.schedules.CosineDecay(rate, steps)
    return Protocol(points, objective, tf.keras.optimizers.Adam(decay))
