"""Checks of what a caller passes in, made before anything is simulated."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np


def check_real(name: str, value: Any, *, least: float, most: float = math.inf) -> None:
    """Raise ValueError unless the value is a finite real number from least to most."""
    number = math.nan if isinstance(value, str | bool) else value
    try:
        inside = math.isfinite(number) and least <= number <= most
    except TypeError:
        inside = False
    if not inside:
        upper = f" and <= {most}" if most < math.inf else ""
        raise ValueError(f"{name}: expected a finite number >= {least}{upper}, got {value!r}")


def check_positive(name: str, value: Any) -> None:
    """Raise ValueError unless the value is a finite real number above 0."""
    check_real(name, value, least=0)
    if value == 0:
        raise ValueError(f"{name}: expected a finite number > 0, got {value!r}")


def check_whole(name: str, value: Any, *, least: int) -> None:
    """Raise ValueError unless the value is a whole number, of Python's or NumPy's, and >= least."""
    whole = hasattr(value, "__index__") and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(f"{name}: expected a whole number >= {least}, got {value!r}")


def check_seed(seed: Any) -> None:
    """Raise ValueError unless the seed is a whole number >= 0, or a sequence of them."""
    several = isinstance(seed, Sequence | np.ndarray) and not isinstance(seed, str)
    for number in seed if several else [seed]:
        check_whole("seed", number, least=0)


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless the value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(choices)}, got {value!r}")
