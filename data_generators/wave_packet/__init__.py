"""A wave packet on a chain of sites: of one shape (Fig. 2a and b), or of a varied one."""

from data_generators.wave_packet.exact import covariance, linear_rmi
from data_generators.wave_packet.packet import BLOCK, WavePacket
from data_generators.wave_packet.varied import VariedPacket

__all__ = ["BLOCK", "VariedPacket", "WavePacket", "covariance", "linear_rmi"]
