"""Liquid drops that fluctuate in shape (Fig. 2c and d)."""

from data_generators.liquid_drop._shapes import Shapes
from data_generators.liquid_drop.drop import CHUNK, LiquidDrop
from data_generators.liquid_drop.exact import gas_second_moments_rmi, gas_variance

__all__ = ["CHUNK", "LiquidDrop", "Shapes", "gas_second_moments_rmi", "gas_variance"]
