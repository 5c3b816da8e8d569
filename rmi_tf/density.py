"""Density of a feature and its differential entropy H(y), in nats: the first term of Eq. (1).

Two histograms, as the paper uses them, for one or two components of y:

- ``histogram_entropy``: the plain one, 180 cells an axis from minimum to maximum (Fig. 2);
- ``triangular_entropy``: the differentiable one of Appendix D, weights allowed (Fig. 3).

Both share each point's mass among the cells around it (one cell, or the 2^K nearest nodes) and sum
it by cell, so the cost is n 2^K, whatever the number of cells. For estimates without the
histogram's bias see `rmi_tf.estimators`.
"""

import itertools
from typing import Any, NamedTuple

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np


class Cells(NamedTuple):
    """A regular grid over y: the lower corner, the size of a cell, the number of cells an axis."""

    low: Tensor  # (K,)
    width: Tensor  # (K,)
    bins: int


def columns(y: Tensor) -> Tensor:
    """Feature values as a floating-point tensor (n, K); values (n,) are one component.

    Raises:
        ValueError: y has neither one nor two axes.
    """
    y = tf.convert_to_tensor(y)
    if y.dtype.is_integer:
        y = tf.cast(y, tf.float64)
    if y.shape.rank == 1:
        y = y[:, tf.newaxis]
    if y.shape.rank != 2:
        raise ValueError(f"y: expected shape (n,) or (n, K), got {tuple(y.shape)}")
    return y


def regular_cells(y: Tensor, *, bins: int, bounds: Any = None, triangular: bool = False) -> Cells:
    """The grid of a histogram of y (n, K): from min to max, or within `bounds` (low, high).

    A plain histogram has `bins` cells between the bounds; the triangular one has `bins` nodes, the
    first and the last on the bounds. The bounds are constants to the gradient (Appendix D).

    Raises:
        ValueError: K is neither 1 nor 2, values that are not finite (where they can be looked at,
            outside of a graph), fewer than two bins, or bounds that are not (low, high) with
            low < high in each component.
    """
    if not 1 <= y.shape[1] <= 2:
        raise ValueError(
            f"y: a histogram takes features of K = 1 or 2 components, got K = {y.shape[1]}"
        )
    bins = check_whole("bins", bins, least=2)
    if tf.executing_eagerly() and not (len(y) and tf.reduce_all(tf.math.is_finite(y))):
        raise ValueError(f"y: expected finite numbers, at least one, got shape {tuple(y.shape)}")
    if bounds is None:
        low, high = tf.reduce_min(y, axis=0), tf.reduce_max(y, axis=0)
    else:
        edges = np.broadcast_to(np.asarray(bounds, float).T, (y.shape[1], 2)).T
        if not np.all(np.isfinite(edges)) or np.any(edges[0] >= edges[1]):
            raise ValueError(f"bounds: expected finite (low, high) with low < high, got {bounds}")
        low, high = tf.unstack(tf.constant(edges, y.dtype))
    low, high = tf.stop_gradient(low), tf.stop_gradient(high)
    return Cells(low, (high - low) / (bins - 1 if triangular else bins), bins)


def cell_shares(y: Tensor, cells: Cells, *, triangular: bool = False) -> tuple[Tensor, Tensor]:
    """Where each point's mass goes: cell numbers and shares, both (n, C).

    C = 1 for the plain histogram; C = 2^K for the triangular one, where the share falls linearly
    with the distance from the node, d_k of Appendix D times the cell's size. Cells are numbered in
    C order. Points outside the bounds count in the outermost cell.
    """
    # a constant feature has cells of size zero: all its mass is in the first
    size = tf.where(cells.width > 0, cells.width, tf.ones_like(cells.width))
    position = (y - cells.low) / size
    last = cells.bins - (2 if triangular else 1)
    cell = tf.cast(tf.clip_by_value(position, 0, last), tf.int32)  # the cast rounds down
    if triangular:
        upper, steps = tf.clip_by_value(position - tf.cast(cell, y.dtype), 0, 1), [0, 1]
    else:
        upper, steps = tf.zeros_like(y), [0]
    numbers, shares = [], []
    for corner in itertools.product(steps, repeat=y.shape[1]):
        number, share = 0, 1
        for axis, step in enumerate(corner):
            number = number * cells.bins + cell[:, axis] + step
            share = share * (upper[:, axis] if step else 1 - upper[:, axis])
        numbers.append(number)
        shares.append(share)
    return tf.stack(numbers, axis=1), tf.stack(shares, axis=1)


def sum_by_cell(values: Tensor, numbers: Tensor, shares: Tensor, total: int) -> Tensor:
    """Sum of `values` (n,) over the points of each cell, by their shares: (total,)."""
    spread = values[:, tf.newaxis] * shares
    return tf.math.unsorted_segment_sum(tf.reshape(spread, [-1]), tf.reshape(numbers, [-1]), total)


def entropy_of_mass(mass: Tensor, cells: Cells) -> Tensor:
    """H = -Σ_k m_k ln(m_k / ΔV) in nats, for the mass m_k of each cell of volume ΔV.

    -inf where the cells have no size, the limit for a constant feature.
    """
    volume = tf.reduce_prod(tf.cast(cells.width, mass.dtype))
    return -tf.reduce_sum(tf.math.xlogy(mass, mass / volume))


def histogram_entropy(
    y: Tensor, *, bins: int = 180, bounds: Any = None, weights: Tensor | None = None
) -> Tensor:
    """H(y) of a plain histogram, as in Fig. 2. It has no useful gradient.

    Args:
        y: feature values, (n,) or (n, K) with K = 1 or 2.
        bins: cells an axis.
        bounds: (low, high), numbers or (K,) each; the extremes of y where not given.
        weights: (n,), not negative; they are normalised to sum 1.

    Returns:
        The entropy in nats, a scalar tensor. On average over samples it is low, by up to
        ln(1 + (cells - 1)/n).

    Raises:
        ValueError: wrong shapes, K > 2, fewer than two bins, empty bounds, negative weights.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import histogram_entropy
        >>> y = np.linspace(0, 2, 1000)  # uniform: H = ln 2
        >>> round(float(histogram_entropy(y, bins=10)), 3)
        0.693
    """
    return _entropy(y, bins, bounds, weights, triangular=False)


def triangular_entropy(
    y: Tensor, *, bins: int = 100, bounds: Any = None, weights: Tensor | None = None
) -> Tensor:
    """H(y) of the triangular histogram of Appendix D, differentiable in y.

    Arguments, result and errors as in `histogram_entropy`; `bins` is the number of nodes an axis.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import triangular_entropy
        >>> y = np.linspace(0, 2, 1000)  # uniform: H = ln 2
        >>> round(float(triangular_entropy(y, bins=100)), 2)
        0.7
    """
    return _entropy(y, bins, bounds, weights, triangular=True)


def normalised_weights(weights: Tensor | None, n: int, dtype: Any) -> Tensor:
    """Weights (n,) with sum 1; equal ones where None is given.

    Raises:
        ValueError: another shape, or (outside of a graph) a weight that is negative or not finite,
            or none above zero.
    """
    if weights is None:
        return tf.fill([n], 1 / tf.cast(n, dtype))
    weights = tf.convert_to_tensor(weights, dtype)
    if weights.shape.rank != 1 or (isinstance(n, int) and weights.shape[0] not in (None, n)):
        raise ValueError(f"weights: expected shape ({n},), got {tuple(weights.shape)}")
    if tf.executing_eagerly():
        lowest, total = float(tf.reduce_min(weights)), float(tf.reduce_sum(weights))
        if not (np.isfinite(total) and lowest >= 0 and total > 0):
            raise ValueError(
                f"weights: expected finite numbers >= 0, not all zero; the least is {lowest}, "
                f"their sum {total}"
            )
    return weights / tf.reduce_sum(weights)


def _entropy(y: Tensor, bins: int, bounds: Any, weights: Any, *, triangular: bool) -> Tensor:
    y = columns(y)
    cells = regular_cells(y, bins=bins, bounds=bounds, triangular=triangular)
    n = y.shape[0] if y.shape[0] is not None else tf.shape(y)[0]
    weights = normalised_weights(weights, n, y.dtype)
    numbers, shares = cell_shares(y, cells, triangular=triangular)
    return entropy_of_mass(sum_by_cell(weights, numbers, shares, cells.bins ** y.shape[1]), cells)
