"""One table of colours and markers: features and protocols look the same in every figure.

The colours are Okabe and Ito's, which colour-blind readers tell apart; in black and white it is the
markers that do. Within a system, no two features share either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.colors import ListedColormap

BLUE, RED, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"


class Look(NamedTuple):
    """How one thing is drawn, and what a legend calls it."""

    label: str
    colour: str
    marker: str


FEATURES = {
    # of a wave packet
    "mean_field": Look("mean field", ORANGE, "s"),
    "amplitude_position": Look("amplitude-weighted position", GREEN, "^"),
    "intensity_position": Look("intensity-weighted position", RED, "v"),
    "normalized_position": Look("normalized position", PINK, "D"),
    # of a liquid drop
    "second_moments": Look("second moments", BLACK, "P"),
    "quadrupole": Look("quadrupole", PINK, "^"),
    # of either
    "pca": Look("PCA", BLUE, "o"),
    "network": Look("network", SKY, "X"),
    "dial_network": Look("network, dial first", BLACK, "<"),
}

PROTOCOLS = {
    "paper": Look("paper", RED, "s"),
    "accurate": Look("accurate", BLUE, "o"),
    "dial": Look("dial", GREEN, "^"),
}

# For what has no look of its own: a kind, a number of draws, a noise.
SERIES = ((BLUE, "o"), (RED, "s"), (GREEN, "^"), (PINK, "D"))

# The paper's histogram, beside or behind the estimates of the same features.
HISTOGRAM: dict[str, Any] = {"mfc": "none", "mec": "0.3", "mew": 0.4, "ms": 5, "alpha": 0.6}
HISTOGRAM |= {"label": "histogram, as in the paper"}

CYCLIC_SHADE = 0.75  # of the paper's white, what is left at the brightest angle


def cyclic() -> ListedColormap:
    """Colours of an angle, the same at both ends, of which none vanishes on white paper.

    Matplotlib's twilight, whose halves are blue and red and as dark as each other: darker as a
    whole, since one of its ends is white.

    Example:
        >>> from figures.draw import palette
        >>> palette.cyclic().N
        256
    """
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    colours = colormaps["twilight_shifted"](np.linspace(0, 1, 256))[:, :3]
    return ListedColormap(CYCLIC_SHADE * colours, name="cyclic")
