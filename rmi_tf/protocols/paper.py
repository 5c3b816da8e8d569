"""The paper's way up, Appendix D to the letter: triangular histogram, plain ascent, no guard.

Use it to see what Fig. 3 shows; only its value on the lattice is optimised.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from rmi_tf.computing.blocks import ROWS, in_blocks
from rmi_tf.computing.checks import check_positive, check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf
from rmi_tf.density import (
    cell_shares,
    columns,
    entropy_of_mass,
    normalised_weights,
    regular_cells,
    sum_by_cell,
)
from rmi_tf.jacobian import feature_terms
from rmi_tf.protocols.base import Objective, Protocol

import numpy as np


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

    def objective(feature: Callable, inner: Tensor) -> Objective:
        y, volume = in_blocks(partial(feature_terms, feature), inner)
        others = in_blocks(lambda x: columns(feature(x)), tf.constant(outer, inner.dtype))
        every = tf.concat([y, others], axis=0)
        cells = regular_cells(tf.stop_gradient(every), bins=bins, triangular=True)
        # Rounding must not put the greatest value outside of the last cell: its gradient would be
        # lost, which is a few per cent of the whole where the maximum lies in the midst of P_x.
        cells = cells._replace(width=cells.width * (1 + np.finfo(y.dtype.as_numpy_dtype).eps))
        mass = tf.cast(inner_weights, y.dtype)
        shares = cell_shares(y, cells, triangular=True)
        entropy = entropy_of_mass(sum_by_cell(mass, *shares, bins ** y.shape[1]), cells)
        log_volume = tf.reduce_sum(mass * volume)
        return Objective(entropy - log_volume, entropy, log_volume)

    decay = tf.keras.optimizers.schedules.ExponentialDecay(rate, 50, 0.9)
    inner_points = tf.constant(x[heavy])
    return Protocol(lambda step: inner_points, objective, tf.keras.optimizers.SGD(decay))


def split_by_mass(weights: np.ndarray, negligible: float) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the heavy points and of the lightest ones, whose weights sum to `negligible`.

    To less, so that the heavy ones fill whole blocks (see `rmi_tf.computing.blocks`).
    """
    order = np.argsort(weights, kind="stable")
    count = np.searchsorted(np.cumsum(weights[order]), negligible)
    light = order[: max(0, count - (count - len(weights)) % ROWS)]
    is_light = np.zeros(len(weights), bool)
    is_light[light] = True
    return np.flatnonzero(~is_light), np.flatnonzero(is_light)
