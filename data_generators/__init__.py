"""The paper's example systems and others: each samples with a seed and knows its exact answers.

One contract for all: ``sample(n, seed=...)`` draws n rows of the system's ``dtype``, the same bits
from the same seed, and ``chunks(n, seed=...)`` gives the same rows in arrays that can be read
again: made when they are asked for by `WavePacket` and `LiquidDrop`, in one piece by the others.

| system | file | exact |
| --- | --- | --- |
| `WavePacket` (Fig. 2a, b) | wave_packet/packet.py | `linear_rmi`, `covariance`; `position` |
| `VariedPacket`: height and width too | wave_packet/varied.py | `small_noise_rmi`; `collective` |
| `LiquidDrop` (Fig. 2c, d) | liquid_drop/drop.py | `gas_second_moments_rmi`, `gas_variance` |
| `Blob`: images of two or three variables | images.py | `bound`, `centroid_rmi`, `log_volume` |
| `MullerBrown`, `DoubleWell`: Langevin | molecules/ | `linear_rmi`, `entropy`, `slowest` |
| `Spiral` (Fig. 3) | spiral.py | `density`, `entropy`, `untwist` |
| `KnownEntropy`: six kinds, any K (Eq. 8) | known_entropies.py | `entropy`, `log_density` |
| `LogisticMap`, `HenonMap`, `Lorenz63` | chaos.py | `exponent`; `rmi` of the first |
| `UniformNoise`, `Camera`: other noise on x | detectors.py | `entropy_along`; `linear_rmi` |
| `LatticeField`: φ⁴ in two dimensions | lattice_field.py | `gaussian_rmi`, `critical_slope` |
| `OscillatorChain`: a ground state | oscillators.py | `rmi`, `modes`, `frequencies` |
"""

import same_bits as same_bits  # before NumPy, so that samples have the same bits everywhere

from data_generators.chaos import HenonMap, LogisticMap, Lorenz63
from data_generators.detectors import Camera, UniformNoise
from data_generators.images import Blob
from data_generators.known_entropies import (
    KnownEntropy,
    bananas,
    correlated_gaussian,
    gaussian_mixture,
    narrow_peaks,
    spirals,
    student_t,
)
from data_generators.lattice_field import LatticeField
from data_generators.liquid_drop import (
    LiquidDrop,
    Shapes,
    gas_second_moments_rmi,
    gas_variance,
)
from data_generators.molecules import DoubleWell, MullerBrown
from data_generators.oscillators import OscillatorChain
from data_generators.spiral import Spiral
from data_generators.wave_packet import VariedPacket, WavePacket, covariance, linear_rmi

__all__ = [
    "Blob",
    "Camera",
    "DoubleWell",
    "HenonMap",
    "KnownEntropy",
    "LatticeField",
    "LiquidDrop",
    "LogisticMap",
    "Lorenz63",
    "MullerBrown",
    "OscillatorChain",
    "Shapes",
    "Spiral",
    "UniformNoise",
    "VariedPacket",
    "WavePacket",
    "bananas",
    "correlated_gaussian",
    "covariance",
    "gas_second_moments_rmi",
    "gas_variance",
    "gaussian_mixture",
    "linear_rmi",
    "narrow_peaks",
    "spirals",
    "student_t",
]
