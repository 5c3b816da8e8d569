"""Features to start from, by system: plain functions from samples (n, N) to (n,) or (n, K).

`wave_packet` and `packet_fit` (Fig. 2b), `liquid_drop` (Fig. 2d), `spiral` (Fig. 3),
`lattice_field`, and `linear` with principal components, for any samples. A feature of your own
needs no place here.
"""

from rmi_tf.features.lattice_field import bond_energy, staggered_field
from rmi_tf.features.linear import linear, principal_components
from rmi_tf.features.liquid_drop import quadrupole, second_moments
from rmi_tf.features.packet_fit import packet_fit
from rmi_tf.features.spiral import polar_angle, untwisted_axis
from rmi_tf.features.wave_packet import (
    amplitude_position,
    intensity_position,
    mean_field,
    normalized_position,
)

__all__ = [
    "amplitude_position",
    "bond_energy",
    "intensity_position",
    "linear",
    "mean_field",
    "normalized_position",
    "packet_fit",
    "polar_angle",
    "principal_components",
    "quadrupole",
    "second_moments",
    "staggered_field",
    "untwisted_axis",
]
