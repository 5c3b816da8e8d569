"""The paper's example systems: each samples with a seed and knows its exact answers."""

from data_generators.liquid_drop import LiquidDrop, Shapes
from data_generators.liquid_drop_exact import gas_second_moments_rmi, gas_variance
from data_generators.spiral import Spiral
from data_generators.wave_packet import WavePacket
from data_generators.wave_packet_exact import covariance, linear_rmi

__all__ = [
    "LiquidDrop",
    "Shapes",
    "Spiral",
    "WavePacket",
    "covariance",
    "gas_second_moments_rmi",
    "gas_variance",
    "linear_rmi",
]
