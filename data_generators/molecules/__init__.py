"""Two coordinates of a molecule, held at a temperature: samples, trajectories, and the truth."""

from data_generators.molecules.double_well import DoubleWell
from data_generators.molecules.muller_brown import MullerBrown

__all__ = ["DoubleWell", "MullerBrown"]
