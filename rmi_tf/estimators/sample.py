"""A feature's values as a density sees them: distinct ones with their masses, atoms refused.

A row that comes several times (a rejected move of a Markov chain, a resampled table) is one value
with a multiplicity. A value on which different rows agree, though the feature should be continuous,
is none: an atom, or a reading that was rounded.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from rmi_tf.computing.grids import ROUNDINGS, grid_step
from rmi_tf.computing.rows import Rows

import numpy as np

SPARSE = 64  # roundings between typical neighbours, below which rounding itself makes ties
BESIDE = 8  # values to either side, from which a density is taken
TIED = 0.01  # share of the rows that may agree in a component though they differ elsewhere
BY_CHANCE = 1e-9  # of a value that is visited more often than an atom's bound
VISITS = 8  # of one value that are never called an atom

PLAIN = Rows()


class Sample(NamedTuple):
    """Distinct values y (d, K), in float64, of n rows."""

    y: np.ndarray
    mass: np.ndarray  # (d,), of the rows with this value; n in all
    number: np.ndarray  # (n,), which value each row has
    time: np.ndarray  # (d,), when it came first
    row: np.ndarray  # (n,), numbers of the rows that differ, in y or in the log volume
    ordered: bool  # whether rows may depend on those before

    @classmethod
    def of(
        cls, y: np.ndarray, volume: Any = None, rows: Rows = PLAIN, grids: Callable[[], str] = str
    ) -> "Sample":
        """The distinct values of a feature's y (n, K).

        Args:
            y: finite values, of the type that they were worked out in.
            volume: log volumes (n,), by which rows of equal values are told apart, if there are
                any.
            rows: their weights, order and chains.
            grids: tells which columns of x lie on a grid.

        Raises:
            ValueError: a value with more mass than chance allows; values that were rounded.
        """
        labels = [_labels(component) for component in y.T]
        number = labels[0]
        for label in labels[1:]:
            number = joined(number, label)
        distinct = number.max() + 1
        row = number
        if volume is not None and distinct < len(y):
            row = joined(number, _labels(volume))
        for k, label in enumerate(labels):
            name = "values" if len(labels) == 1 else f"values of component {k}"
            _check_density(y[:, k], label, row, name, rows, grids)
        first = np.empty(distinct, np.int64)
        first[number[::-1]] = np.arange(len(y))[::-1]  # where several rows have it, the last set
        weights = np.ones(len(y)) if rows.weights is None else len(y) * rows.weights
        mass = np.bincount(number, weights, distinct)
        present = mass > 0
        if not present.all():  # rows of weight zero are given any value: nothing comes of it
            number = np.maximum(np.cumsum(present) - 1, 0)[number]
            first, mass = first[present], mass[present]
        time = rows.times(len(y))[first]
        return cls(y[first].astype(np.float64), mass, number, time, row, rows.order)

    def far_mass(self, apart: int) -> np.ndarray:
        """The mass of all values that came more than `apart` rows away from each, and itself."""
        if not apart:
            return np.full(len(self.mass), self.mass.sum())
        order = np.argsort(self.time, kind="stable")
        time, total = self.time[order], np.append(0.0, np.cumsum(self.mass[order]))
        low = np.searchsorted(time, self.time - apart, "left")
        high = np.searchsorted(time, self.time + apart, "right")
        return total[-1] - (total[high] - total[low]) + self.mass


def _labels(y: np.ndarray) -> np.ndarray:
    """Numbers of the distinct values of y (n,) by size, those that rounding parts taken for one.

    As many ties as the rounding of its type makes by chance are none.
    """
    order = _order(y)
    z = y[order]
    values = z[np.append(True, z[1:] > z[:-1])]
    roundings = 0 if _dense(values) else ROUNDINGS
    # not by their difference: equal ones may be infinite
    new = z[1:] > z[:-1] + roundings * np.spacing(np.abs(z[:-1]))
    ties = np.count_nonzero(~new)
    if _dense(values) or 0 < ties <= 2 * (1 + roundings) * _ties_by_chance(values):
        new[:] = True
    labels = np.empty(len(y), np.int64)
    labels[order] = np.append(0, np.cumsum(new))
    return labels


def _order(y: np.ndarray) -> np.ndarray:
    """What sorts y (n,), equal ones as they came: a quick sort leaves their order to the processor.

    A float32 and its number fit into one integer: five times as fast, and no two are equal.
    """
    if y.dtype != np.float32:
        return np.argsort(y, kind="stable")
    bits = (y + np.float32(0)).view(np.int32).astype(np.int64)  # of -0 those of 0
    key = (bits ^ (bits >> 31) & 0x7FFFFFFF) << 32 | np.arange(len(y))  # below 0 the other way
    key.sort()
    return key & 0xFFFFFFFF


def _ties_by_chance(z: np.ndarray) -> float:
    """How many neighbours among sorted values z (n,) the rounding of their type joins at most."""
    if len(z) <= 2 * BESIDE or not np.isfinite(z[[0, -1]]).all():
        return 0.0
    width = z[2 * BESIDE :].astype(np.float64) - z[: -2 * BESIDE]
    return float(np.sum(2 * BESIDE * np.spacing(np.abs(z[BESIDE:-BESIDE])) / width))


def _dense(values: np.ndarray) -> bool:
    """Whether sorted, distinct values lie so closely that the rounding of their type makes ties."""
    if len(values) <= 2 * BESIDE:
        return False
    low, high = values[len(values) // 4], values[-1 - len(values) // 4]
    rounding = np.spacing(np.maximum(abs(low), abs(high)))
    return bool(high - low < SPARSE * rounding * len(values) / 2)


def joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Numbers of the pairs of two numbers, (n,)."""
    # with the index asked for it sorts stably, which every processor and emulator does alike
    return np.unique(first * (second.max() + 1) + second, return_index=True, return_inverse=True)[2]


def _check_density(
    y: np.ndarray,
    label: np.ndarray,
    row: np.ndarray,
    name: str,
    rows: Rows,
    grids: Callable[[], str],
) -> None:
    """ValueError where one component y (n,) has no density, though it should."""
    count, different = label.max() + 1, row.max() + 1
    if len(y) <= (1 + TIED) * count:
        return
    visits, (values, first) = _visits(label, row, rows), np.unique(label, return_index=True)
    columns = grids()
    if columns and visits.sum() > (1 + TIED) * count:
        why = f"x was rounded ({columns}): spread it over its steps by spread_seed=0"
    elif visits.max() > _most_by_chance(visits):
        most = visits.argmax()
        why = f"one of them, {y[first[most]]:z.6g}, on {np.mean(label == values[most]):.2%} of all"
    elif (step := grid_step(y[first[label]])) is not None:
        why = f"all are multiples of {step:.3g}: they were rounded; spread them over a step"
    elif different > (1 + TIED) * count:
        why = f"though {different} rows differ: x was rounded, or y is constant in places"
    else:
        return
    raise ValueError(
        f"feature: expected {name} that have a density, but {len(y)} rows have {count} different "
        f"ones; {why}"
    )


def _visits(label: np.ndarray, row: np.ndarray, rows: Rows) -> np.ndarray:
    """How often each value was come to, or how many different rows have it, if those are more.

    Where a Markov chain stays it does not come to its value again. Without order all rows count.
    """
    entered = np.append(True, (label[1:] != label[:-1]) | (not rows.order))
    of_rows = np.bincount(label[np.unique(row, return_index=True)[1]])
    return np.maximum(np.bincount(label[entered]), of_rows)


def _most_by_chance(visits: np.ndarray) -> float:
    """Multiplicities fall off geometrically at most, in a chain as in a resampled table."""
    usual = (visits.sum() - visits.max()) / max(len(visits) - 1, 1)
    again = 1 - 1 / max(usual, 1 + 1e-9)
    return max(VISITS, 1 + math.log(BY_CHANCE / len(visits)) / math.log(again))
