"""What a feature has to be, in checks and messages: TensorFlow, and each sample by itself."""

import re
from typing import Any

from rmi_tf.computing.quiet_tensorflow import Feature, tf

import numpy as np

ROWS_TO_COMPARE = 50


def check_each_by_itself(both: Any, x: np.ndarray) -> None:
    """Eq. (1) wants f(x) of each x; a mean over the samples would make y of all of them depend.

    The last two rows alone have to give what they give among others.
    """
    x = x[:ROWS_TO_COMPARE]
    among, alone = (both(some)[0].numpy() for some in (x, x[-2:]))
    change = np.abs(alone - among[-2:])
    # rounding may differ with the number of rows, in float32 by some 1e-6 of the values
    if np.any(change > 1e-3 * among.std(axis=0) + 1e-5 * np.abs(among).max(axis=0)):
        raise ValueError(
            "feature: expected values of each sample by itself, but they change where other "
            f"samples are left out, by {change.max():.2g}"
        )


def why_not(error: Exception) -> str | None:
    """What a feature did to a tensor that a tensor does not do; None for mistakes of its own."""
    by_name = "a tensor has no column names: take a column by its number, as x[:, 0]"
    if isinstance(error, NotImplementedError):
        return "it leaves TensorFlow"  # NumPy was handed a tensor of a graph
    if isinstance(error, TypeError):
        # of a tensor's own x["name"], which says what else an index may be
        return by_name if re.search(r"are valid indices, got [\"']", str(error)) else None
    if not (isinstance(error, AttributeError) and tf.is_tensor(error.obj)):
        return None
    if error.name == "numpy":
        return "it leaves TensorFlow"
    return f"it asks for x.{error.name}; {by_name}, and TensorFlow's functions, as tf.reduce_mean"


def not_differentiable(feature: Feature, why: str) -> str:
    """The message for such a feature."""
    name = getattr(feature, "__name__", type(feature).__name__)
    return (
        f"feature: expected TensorFlow operations from x to y that it can differentiate; "
        f"{name}: {why}"
    )
