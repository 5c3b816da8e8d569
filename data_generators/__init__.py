"""The paper's example systems: each samples with a seed and knows its exact answers."""

from data_generators.liquid_drop import LiquidDrop, Shapes
from data_generators.liquid_drop_exact import gas_second_moments_rmi, gas_variance

__all__ = ["LiquidDrop", "Shapes", "gas_second_moments_rmi", "gas_variance"]
