"""The views of the explore notebook: sliders, and pictures that follow them."""

from .drop import DropExplorer
from .noise import NoiseExplorer
from .twist import LONGEST, REFERENCES, Found, Plane, TwistExplorer

__all__ = [
    "LONGEST",
    "REFERENCES",
    "DropExplorer",
    "Found",
    "NoiseExplorer",
    "Plane",
    "TwistExplorer",
]
