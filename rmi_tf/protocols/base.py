"""What a way up is: on which points, what to ascend, how fast. Each protocol is a file beside this.

`rmi_tf.ascend` takes any `Protocol`; a new one is a function that returns it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rmi_tf.computing.quiet_tensorflow import Tensor


class Objective(NamedTuple):
    """What is climbed, and the two terms of Eq. (1) beside it: scalar tensors in nats."""

    ascended: Tensor  # what the gradient is taken of
    entropy: Tensor
    log_volume: Tensor


class Protocol(NamedTuple):
    """A way up: see the module. The optimizer holds the number of steps done and its own state."""

    points: Callable[[int], Any]  # the samples (n, N) of a step
    objective: Callable[[Callable, Tensor], Objective]  # of the feature and these samples
    optimizer: Any  # of Keras
