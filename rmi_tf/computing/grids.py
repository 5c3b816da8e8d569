"""Readings on a grid, as a digital instrument or a rounded table gives them."""

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.samples import Source
from rmi_tf.computing.tables import column

import numpy as np

ROUNDINGS = 4  # of the arithmetic that made the values: closer ones are one value
UNEVEN = 0.05  # of a step, by which one may be off a multiple of the least
COLUMNS_TOLD = 3  # by a message


def grid_step(y: np.ndarray) -> float | None:
    """The step of the grid that values (n,) lie on, if some of them agree and all lie on one."""
    z = np.sort(y.astype(np.float64))
    apart = np.diff(z)
    apart = apart[apart > ROUNDINGS * np.spacing(np.abs(y).max())]
    if len(apart) < 2 or len(apart) + 1 == len(y):
        return None
    step = apart.min()
    return float(step) if np.all(np.abs(apart / step - np.round(apart / step)) < UNEVEN) else None


def grids(source: Source) -> str:
    """Which columns of samples lie on a grid, in words, with their steps; "" for none.

    As the first chunk of them has it.
    """
    steps = enumerate(grid_step(values) for values in source.first().T)
    found = [
        f"{column(number, source.names)} on one of step {step:.3g}"
        for number, step in steps
        if step is not None
    ]
    more = f" and {len(found) - COLUMNS_TOLD} more" if len(found) > COLUMNS_TOLD else ""
    return ", ".join(found[:COLUMNS_TOLD]) + more


def spread(x: np.ndarray, seed: int) -> np.ndarray:
    """Samples (n, N) with each column on a grid spread evenly over half a step to either side.

    What was rounded to the nearest step may have been anywhere within it.

    Raises:
        ValueError: no column lies on a grid.
    """
    generator = np.random.Generator(np.random.SFC64(check_whole("spread_seed", seed, least=0)))
    steps = [grid_step(values) for values in x.T]
    if not any(steps):
        raise ValueError("spread_seed: expected samples of which a column lies on a grid")
    x = x.astype(x.dtype if x.dtype in (np.float32, np.float64) else np.float64)
    for values, step in zip(x.T, steps, strict=True):
        if step:
            values += step * (generator.random(len(x)) - 0.5)
    return x


def spread_out(source: Source, seed: int | None) -> Source:
    """The samples, spread over the steps of the grid that they lie on if there is a seed for it."""
    if seed is not None:
        source.array = spread(source.whole("spread_seed"), seed)
    return source
