"""A way up that may change from step to step: Ĩ while δ is 0, a dial read with the error δ above.

Use it where somebody moves δ while a network learns, as a slider of explore.ipynb does.
"""

from collections.abc import Callable
from typing import Any

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.protocols.accurate import accurate_protocol
from rmi_tf.protocols.base import Objective, Protocol
from rmi_tf.protocols.dial import dial_protocol

import numpy as np

SHARE = 4  # with a dial a fourth of the points, each with its draws: a step takes about as long


def switching_protocol(
    sample: Callable[[int, int], Any],
    epsilon: float,
    delta: Callable[[], float],
    *,
    points: int,
    steps: int,
    seed: int,
) -> Protocol:
    """The accurate protocol while δ is 0, the dial protocol while it is above, K = 1.

    One optimizer for both, so the ascent goes on where it is. The history's rmi is Ĩ for the one,
    I(x; y) for the other.

    Args:
        sample: from a number of points n and the step to fresh samples (n, N).
        epsilon: the dial's resolution of x.
        delta: the error of a reading at the moment, from 0 to 1.
        points: samples of a step at δ = 0, at least 64.
        steps: after how many the rate has decayed to zero.
        seed: of the noise λ.

    Raises:
        ValueError: too few points or steps, an ε that is not positive.

    Example:
        >>> from rmi_tf import ascend, network, switching_protocol
        >>> import numpy as np
        >>> sample = lambda n, step: np.random.default_rng(step).normal(size=(n, 2))
        >>> slider = iter([0.0, 0.0, 0.1])
        >>> how = {"points": 100, "steps": 3, "seed": 0}
        >>> way = switching_protocol(sample, 0.25, lambda: next(slider), **how)
        >>> ascend(network(10, seed=0), way, steps=3).step
        [0, 1, 2]
    """
    points = check_whole("points", points, least=64)
    accurate = accurate_protocol(lambda step: sample(points, step), steps=steps)
    error = tf.Variable(1.0)
    zeros = np.zeros((points // SHARE, 1))  # nothing is asked of `sample` before the first step

    def dial_of(x: Any) -> Protocol:
        return dial_protocol(x, epsilon, error, steps=steps, seed=seed)

    objective_of_dial = dial_of(zeros).objective

    def points_now(step: int) -> Any:
        now = delta()
        if now == 0:
            return sample(points, step)
        error.assign(now)
        return dial_of(lambda step: sample(points // SHARE, step)).points(step)

    def objective(feature: Feature, x: Tensor) -> Objective:
        of = accurate.objective if x.shape[0] == points else objective_of_dial
        return of(feature, x)

    return accurate._replace(points=points_now, objective=objective)
