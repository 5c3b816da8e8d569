"""Values on a circle, such as angles, as values on a line."""

from typing import Any

import numpy as np


def periods(period: Any, components: int) -> np.ndarray:
    """Of each component, (K,): inf for one on a line.

    Args:
        period: one for all, or one for each; None for a line.
        components: K.

    Raises:
        ValueError: another number of them; one that is not above zero.
    """
    given = [period] if np.ndim(period) == 0 else list(period)
    given = given * components if len(given) == 1 else given
    found = np.array([np.inf if one is None else one for one in given], np.float64)
    if found.shape != (components,) or not np.all(found > 0):
        raise ValueError(
            f"period: expected one > 0, or None, for each of {components} components, got {period}"
        )
    return found


def wrapped(y: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Values (n, K) of components with these periods (K,), each within one period of 0."""
    round_ones = np.isfinite(period)
    if not round_ones.any():
        return y
    return np.where(round_ones, np.mod(y, np.where(round_ones, period, 1)), y).astype(y.dtype)


def cut(y: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Values (..., n, K) of components with these periods (K,) on a line, each set by itself.

    A circle is cut in the middle of its widest gap, which changes no density.
    """
    round_ones = np.flatnonzero(np.isfinite(period))
    y = y.copy() if len(round_ones) else y
    for k in round_ones:
        around = np.mod(y[..., k], period[k])
        z = np.sort(around, axis=-1)
        gaps = np.diff(z, axis=-1, append=z[..., :1] + period[k])
        widest = np.argmax(gaps, axis=-1)[..., np.newaxis]
        middle = np.take_along_axis(z, widest, -1) + np.take_along_axis(gaps, widest, -1) / 2
        y[..., k] = np.mod(around - middle, period[k])
    return y
