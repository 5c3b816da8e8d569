"""The paper's example systems: each samples with a seed and knows its exact answers."""

import same_bits as same_bits  # before NumPy, so that samples have the same bits everywhere

from data_generators.known_entropies import (
    KnownEntropy,
    bananas,
    correlated_gaussian,
    gaussian_mixture,
    spirals,
)
from data_generators.liquid_drop import (
    LiquidDrop,
    Shapes,
    gas_second_moments_rmi,
    gas_variance,
)
from data_generators.spiral import Spiral
from data_generators.wave_packet import VariedPacket, WavePacket, covariance, linear_rmi

__all__ = [
    "KnownEntropy",
    "LiquidDrop",
    "Shapes",
    "Spiral",
    "VariedPacket",
    "WavePacket",
    "bananas",
    "correlated_gaussian",
    "covariance",
    "gas_second_moments_rmi",
    "gas_variance",
    "gaussian_mixture",
    "linear_rmi",
    "spirals",
]
