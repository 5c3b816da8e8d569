"""Samples as they come: arrays, tensors or data frames, made into arrays or refused with a reason.

Messages name a data frame's columns as it does. Nothing of pandas is needed for that but what its
frames offer, and frames of other makers with it: ``columns``, ``dtypes`` and ``to_numpy``.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

WHOLE = (slice(None),)


def as_array(samples: Any, *, name: str = "samples", least: int = 1) -> np.ndarray:
    """Samples as an array (n, N) of real numbers; a missing value of a data frame becomes nan.

    Args:
        samples: an array, a tensor, nested lists, or a data frame, also of nullable types.
        name: of the argument, for the messages.
        least: how many rows there have to be.

    Raises:
        TypeError: a mask, or what is no real number; a data frame's column is named.
        ValueError: another shape than (n, N), or too few rows.
    """
    if np.ma.isMaskedArray(samples):
        raise TypeError(f"{name}: expected an array without a mask: leave out what it hides")
    array = np.asarray(samples)
    if array.dtype == object and names_of(samples) is not None:
        array = _numbers_of(samples, name)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{name}: expected shape (n, N), got {array.shape}")
    if array.dtype.kind not in "fiu":
        hint = ": turn them into numbers, as by .astype(float)" if array.dtype.kind in "Ob" else ""
        raise TypeError(f"{name}: expected real numbers, got {array.dtype}{hint}")
    if len(array) < least:
        raise ValueError(f"{name}: expected at least {least}, got {len(array)}")
    return array


def names_of(samples: Any) -> list | None:
    """The names of a data frame's columns; None where samples have no names."""
    columns = getattr(samples, "columns", None)
    return None if columns is None else list(columns)


def check_finite(
    x: np.ndarray,
    names: list | None = None,
    *,
    name: str = "samples",
    slices: Sequence[slice] = WHOLE,
) -> None:
    """ValueError with the count, the first row and its column, where x (n, N) is not finite.

    It is looked at slice by slice: the array may be a file larger than memory.
    """
    count, first = 0, ""
    for rows in slices:
        bad = ~np.isfinite(x[rows])
        if bad.any() and not first:
            i, j = np.argwhere(bad)[0]
            row = (rows.start or 0) + int(i)
            first = f"{x[rows][i, j]} in row {row}, {column(j, names)}, counted from 0"
        count += int(np.count_nonzero(bad))
    if count:
        raise ValueError(
            f"{name}: expected finite numbers, {count} entries are not: the first is {first}. "
            f"Leave such rows or columns out, or fill in what is missing"
        )


def warn_of_constant_columns(
    x: np.ndarray, names: list | None = None, *, slices: Sequence[slice] = WHOLE, stacklevel: int
) -> None:
    """A warning where a column of finite x (n, N) has one value: noise on it counts all the same.

    Eq. (1) has noise on all coordinates alike. A slope along one that never moves is in the log
    volume, though nothing of it is in y.
    """
    still = np.arange(x.shape[1])
    for rows in slices:
        still = still[(x[rows][:, still] == x[0, still]).all(axis=0)]
        if len(still) == 0:
            return
    first = column(still[0], names)
    many = f"{len(still)} columns are constant, the first is {first}"
    warnings.warn(
        f"samples: {many if len(still) > 1 else f'{first} is constant'}: a feature's slope along "
        f"such a column counts in the log volume, though x never moves that way. Leave it out "
        f"unless that is meant",
        stacklevel=stacklevel + 1,
    )


def told_rows(bad: np.ndarray) -> str:
    """How many of the rows are bad, (n,), and which is the first, in words.

    Example:
        >>> import numpy as np
        >>> from rmi_tf.computing.tables import told_rows
        >>> told_rows(np.array([False, True, False, True]))
        '2 of 4 rows, the first is row 1, counted from 0'
    """
    first = int(np.argmax(bad))
    return f"{np.count_nonzero(bad)} of {len(bad)} rows, the first is row {first}, counted from 0"


def _numbers_of(frame: Any, name: str) -> np.ndarray:
    """A data frame's numbers where its columns have different types, or some that are nullable."""
    for label, dtype in zip(frame.columns, frame.dtypes, strict=True):
        if getattr(dtype, "kind", "O") not in "fiu":
            raise TypeError(
                f"{name}: expected real numbers, got {dtype} in column {label!r}: leave it out, "
                f"or turn it into numbers, as by .astype(float)"
            )
    return frame.to_numpy(dtype=np.float64, na_value=np.nan)


def column(number: int, names: list | None) -> str:
    """A column in words, by its name where it has one."""
    return f"column {number}" if names is None else f"column {names[number]!r}"
