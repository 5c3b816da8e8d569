"""The paper's example systems: each samples with a seed and knows its exact answers."""

from data_generators.spiral import Spiral
from data_generators.wave_packet import WavePacket
from data_generators.wave_packet_exact import covariance, linear_rmi

__all__ = ["Spiral", "WavePacket", "covariance", "linear_rmi"]
