"""What a way up is: on which points, what to ascend, how fast. Each protocol is a file beside this.

`rmi_tf.ascend` takes any `Protocol`; a new one is a function that returns it, with `points_of` for
the samples that it was given.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rmi_tf.computing.blocks import forward_substitution, gram
from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.computing.tables import as_array, check_finite, names_of

import numpy as np

BATCH = 500  # samples of a step: enough for the estimators' bias to be small, and cheap
OF_BATCHES = 1  # their random numbers are others than those of a protocol's own noise


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


def points_of(x: Any, *, batch: int = BATCH, seed: int = 0) -> Callable[[int], Any]:
    """The samples of each step: what a function of the step returns, or batches of an array.

    On the same samples at every step an ascent climbs the scatter of the estimate, which has a
    maximum of its own near any start. Of a batch it sees another scatter each time. A batch is
    drawn evenly from all of the array, without putting back: rows of a trajectory come in the order
    of time, so slices of them would be alike. It depends on the seed and the step alone, so that an
    ascent that goes on sees what it would have seen.

    Args:
        x: samples (n, N), or a function of the step, which is left as it is.
        batch: samples of a step; an array that has no more is used whole.
        seed: of the batches.

    Raises:
        TypeError: samples that are no real numbers.
        ValueError: samples of another shape or not finite; a batch or seed that is not whole.

    Example:
        >>> import numpy as np
        >>> from rmi_tf.protocols.base import points_of
        >>> points = points_of(np.arange(12.0).reshape(6, 2), batch=2, seed=1)
        >>> points(0).numpy().tolist() == points(0).numpy().tolist() != points(1).numpy().tolist()
        True
    """
    batch, seed = check_whole("batch", batch, least=1), check_whole("seed", seed, least=0)
    if callable(x):
        return x
    array = as_array(x, name="x")
    check_finite(array, names_of(x), name="x")
    if len(array) <= batch:
        whole = tf.constant(array)
        return lambda step: whole

    def drawn(step: int) -> Tensor:
        generator = np.random.Generator(np.random.SFC64([seed, step, OF_BATCHES]))
        # in the array's order, in which a file is read best
        return tf.constant(array[np.sort(generator.choice(len(array), batch, replace=False))])

    return drawn


def whitened(y: Tensor) -> tuple[Tensor, Tensor]:
    """Values y (n, K) less their mean, with covariance 1, and the lower factor L of that of y.

    y = L z and a constant; L (K, K) is held fixed in the gradient.
    """
    still = tf.stop_gradient(y)
    centre = tf.reduce_mean(still, axis=0)
    factor = tf.linalg.cholesky(gram(still - centre, still - centre) / y.shape[0])
    return tf.stack(forward_substitution(factor, y - centre), axis=1), factor
