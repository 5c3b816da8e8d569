"""Two ways up the renormalized mutual information: what to ascend, on which points, how fast.

- `paper_protocol`: Appendix D to the letter. Triangular histogram over a weighted lattice, plain
  gradient ascent, no guard. Use it to see what Fig. 3 shows; only its lattice value is optimised.
- `accurate_protocol`: m-spacings over points of the distribution, a guard against flat places,
  Adam. Use it for a feature of your own, K = 1: it climbs the true value and takes less computing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from rmi_tf._checks import check_positive, check_whole
from rmi_tf._tensorflow import tf
from rmi_tf.blocks import ROWS, in_blocks, log
from rmi_tf.density import (
    Tensor,
    cell_shares,
    cell_sums,
    columns,
    entropy_of_mass,
    normalised_weights,
    regular_cells,
)
from rmi_tf.jacobian import feature_terms, values_and_jacobian
from rmi_tf.spacings import M, spacings_terms

import numpy as np


class Terms(NamedTuple):
    """What an objective comes to at some parameters, scalar tensors in nats."""

    ascended: Tensor  # what the gradient is taken of
    entropy: Tensor
    log_volume: Tensor


class Protocol(NamedTuple):
    """A way up: see the module. The optimizer holds the number of steps done and its own state."""

    points: Callable[[int], Any]  # the samples (n, N) of a step
    objective: Callable[[Callable, Tensor], Terms]  # of the feature and these samples
    optimizer: Any  # of Keras


def paper_protocol(
    x: Any, weights: Any, *, bins: int = 100, rate: float = 0.01, negligible: float = 1e-5
) -> Protocol:
    """Appendix D: triangular histogram over a lattice, η = rate · 0.9^(step/50), K = 1 or 2.

    Args:
        x: lattice points (n, N).
        weights: of the points, (n,), not negative; they are normalised to sum 1.
        bins: nodes of the histogram an axis, from the least to the greatest f of all points.
        rate: η at the first step.
        negligible: the lightest points, this much mass together at most, leave the sums (a twisted
            Gaussian's lattice is then half as large) but not the bounds of the histogram.

    Raises:
        ValueError: wrong shapes, negative weights, fewer than two bins, a negligible mass outside
            of [0, 1).

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, paper_protocol
        >>> x = np.linspace(-4, 4, 101)[:, np.newaxis]
        >>> protocol = paper_protocol(x, np.exp(-x[:, 0] ** 2 / 2), bins=50)
        >>> terms = protocol.objective(linear([3.0]), protocol.points(0))
        >>> round(float(terms.ascended), 1)  # ½ ln 2πe = 1.419, and the cells' blur
        1.4
    """
    bins = check_whole("bins", bins, least=2)
    check_positive("rate", rate)
    if not 0 <= negligible < 1:
        raise ValueError(f"negligible: expected a mass in [0, 1), got {negligible}")
    x = np.asarray(x)
    w = normalised_weights(np.asarray(weights, float), len(x), tf.float64).numpy()
    heavy, light = split_by_mass(w, negligible)
    inner_weights = w[heavy]
    outer = x[np.resize(light, -(-len(light) // ROWS) * ROWS)]  # some twice, in whole blocks

    def objective(feature: Callable, inner: Tensor) -> Terms:
        y, volume = in_blocks(partial(feature_terms, feature), inner)
        others = in_blocks(lambda x: columns(feature(x)), tf.constant(outer, inner.dtype))
        every = tf.concat([y, others], axis=0)
        cells = regular_cells(tf.stop_gradient(every), bins=bins, triangular=True)
        # Rounding must not put the greatest value outside of the last cell: its gradient would be
        # lost, which is a few per cent of the whole where the maximum lies in the midst of P_x.
        cells = cells._replace(width=cells.width * (1 + np.finfo(y.dtype.as_numpy_dtype).eps))
        mass = tf.cast(inner_weights, y.dtype)
        shares = cell_shares(y, cells, triangular=True)
        entropy = entropy_of_mass(cell_sums(mass, *shares, bins ** y.shape[1]), cells)
        log_volume = tf.reduce_sum(mass * volume)
        return Terms(entropy - log_volume, entropy, log_volume)

    decay = tf.keras.optimizers.schedules.ExponentialDecay(rate, 50, 0.9)
    inner_points = tf.constant(x[heavy])
    return Protocol(lambda step: inner_points, objective, tf.keras.optimizers.SGD(decay))


def accurate_protocol(
    x: Any, *, steps: int, guard: float = 1e-2, rate: float = 1e-3, m: int = M
) -> Protocol:
    """m-spacings with a guard, Adam with cosine decay, K = 1.

    Ascended is H(y) - <½ ln(|∇f|² + (guard/p̂(y))²)>, p̂ held fixed: where f is so flat that a step
    of length `guard` along x covers less probability than p̂ resolves, flattening it gains nothing.
    Measured in units of p̂, its value keeps Eq. (2). The history tells the RMI without the guard.

    Args:
        x: samples (n, N), or a function of the step that returns fresh ones.
        steps: after how many the rate has decayed to zero.
        guard: a length in the space of x.
        rate: of Adam at the first step.
        m: half the window of the spacings.

    Raises:
        ValueError: no steps, a guard that is not positive.

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

    def objective(feature: Callable, x: Tensor) -> Terms:
        y, jacobian = in_blocks(partial(values_and_jacobian, feature), x)
        if jacobian.shape[1] != 1:
            raise ValueError(f"feature: spacings take K = 1, got K = {jacobian.shape[1]}")
        density_terms = spacings_terms(y, m=m)
        flat2 = tf.square(guard * tf.exp(tf.stop_gradient(density_terms)))
        slope2 = tf.reduce_sum(tf.square(jacobian), axis=(1, 2))
        entropy = tf.reduce_mean(density_terms)
        guarded = entropy - tf.reduce_mean(0.5 * log(slope2 + flat2))
        # the history's own: not in the gradient, where a slope of zero would be nan
        log_volume = tf.reduce_mean(0.5 * log(tf.stop_gradient(slope2)))
        return Terms(guarded, entropy, log_volume)

    decay = tf.keras.optimizers.schedules.CosineDecay(rate, steps)
    fixed = None if callable(x) else tf.constant(x)
    points = x if callable(x) else lambda step: fixed
    return Protocol(points, objective, tf.keras.optimizers.Adam(decay))


def split_by_mass(weights: np.ndarray, negligible: float) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the heavy points and of the lightest ones, whose weights sum to `negligible`.

    To less, so that the heavy ones fill whole blocks (see `rmi_tf.blocks`).
    """
    order = np.argsort(weights, kind="stable")
    count = np.searchsorted(np.cumsum(weights[order]), negligible)
    light = order[: max(0, count - (count - len(weights)) % ROWS)]
    is_light = np.zeros(len(weights), bool)
    is_light[light] = True
    return np.flatnonzero(~is_light), np.flatnonzero(is_light)
