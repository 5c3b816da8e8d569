"""One table of colours and markers: features and protocols look the same in every figure.

The colours are Okabe and Ito's, which colour-blind readers tell apart; in black and white it is the
markers that do. Within a system, no two features share either.
"""

from typing import Any, NamedTuple

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
    "regularized_network": Look(r"network, $I_\varepsilon$", BLACK, "<"),
}

PROTOCOLS = {
    "paper": Look("paper", RED, "s"),
    "accurate": Look("accurate", BLUE, "o"),
    "resolution": Look(r"ascent of $I_\varepsilon$", GREEN, "^"),
}

# For what has no look of its own: a kind, a number of draws, a noise.
SERIES = ((BLUE, "o"), (RED, "s"), (GREEN, "^"), (PINK, "D"))

# The paper's histogram, beside or behind the estimates of the same features.
HISTOGRAM: dict[str, Any] = {"mfc": "none", "mec": "0.3", "mew": 0.4, "ms": 5, "alpha": 0.6}
HISTOGRAM |= {"label": "histogram, as in the paper"}
