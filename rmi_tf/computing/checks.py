"""Checks of what a caller passes in, made before any work."""

import math
from typing import Any


def check_whole(name: str, value: Any, *, least: int) -> int:
    """The value as an int; ValueError unless it is a whole number >= least."""
    try:
        fits = not isinstance(value, str | bool) and value == int(value) and value >= least
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise ValueError(f"{name}: expected a whole number >= {least}, got {value!r}")
    return int(value)


def check_positive(name: str, value: Any) -> None:
    """ValueError unless the value is a finite real number above 0."""
    try:
        fits = math.isfinite(value) and value > 0
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{name}: expected a finite number > 0, got {value!r}")
