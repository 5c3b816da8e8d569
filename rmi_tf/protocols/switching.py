"""A way up whose resolution may change from step to step: Ĩ at ε = 0, I_ε of Eq. (5) above.

Use it where somebody moves ε while a network learns, as the sliders of explore.ipynb do.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor
from rmi_tf.protocols.accurate import accurate_protocol
from rmi_tf.protocols.base import Objective, Protocol
from rmi_tf.protocols.resolution import resolution_protocol

import numpy as np

SHARE = 4  # at ε > 0 a fourth of the points, each with its draws: a step then takes about as long


def switching_protocol(
    sample: Callable[[int, int], Any],
    epsilon: Callable[[], float],
    *,
    points: int,
    steps: int,
    seed: int,
) -> Protocol:
    """The accurate protocol while ε is 0, the resolution protocol while it is above, K = 1.

    One optimizer for both, so the ascent goes on where it is. The gradient is I_ε's at the ε of the
    moment; the history's rmi has K H_ε of ε = 0.5 whatever ε is.

    Args:
        sample: from a number of points n and the step to fresh samples (n, N).
        epsilon: the resolution at the moment, >= 0.
        points: samples of a step at ε = 0, at least 64.
        steps: after how many the rate has decayed to zero.
        seed: of the noise λ.

    Raises:
        ValueError: too few points or steps.

    Example:
        >>> from rmi_tf import ascend, network, switching_protocol
        >>> import numpy as np
        >>> sample = lambda n, step: np.random.default_rng(step).normal(size=(n, 2))
        >>> slider = iter([0.0, 0.0, 0.3])
        >>> way = switching_protocol(sample, lambda: next(slider), points=100, steps=3, seed=0)
        >>> ascend(network(10, seed=0), way, steps=3).step
        [0, 1, 2]
    """
    points = check_whole("points", points, least=64)
    fewer = points // SHARE
    accurate = accurate_protocol(lambda step: sample(points, step), steps=steps)
    # for its objective, which is made here since a graph must not make it; it never sees the zeros
    finite = resolution_protocol(np.zeros((fewer, 1)), 0.5, steps=steps, seed=seed)

    @lru_cache
    def at(resolution: float) -> Protocol:
        return resolution_protocol(
            lambda step: sample(fewer, step), resolution, steps=steps, seed=seed
        )

    def points_now(step: int) -> Any:
        resolution = epsilon()
        return at(resolution).points(step) if resolution > 0 else sample(points, step)

    def objective(feature: Feature, x: Tensor) -> Objective:
        way = accurate if x.shape[0] == points else finite
        return way.objective(feature, x)

    return accurate._replace(points=points_now, objective=objective)
