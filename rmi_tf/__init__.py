"""Renormalized mutual information in TensorFlow: a thin module, one idea a file.

From the bottom up: a feature (`features`) has a density and an entropy (`density`, `spacings`,
`neighbours`) and a Jacobian (`jacobian`); together they are its RMI, Eq. (1) (`information`), by
which features are compared (`comparison`).
A network (`networks`) climbs it (`ascent`) in one of two ways (`protocols`), and what the climbs
find is compared in the uniform gauge (`gauge`).
`resolution` stays at a finite ε, Eq. (5), and `resolution_ascent` climbs the information there.
`neighbour_ascent` climbs Ĩ of two components.
`variational` takes any number of components, Eq. (8).

`blocks`, and the settings of `same_bits`, which are put in force here for the whole process, make
the same seed give the same bits on every x86-64 processor with AVX2.
"""

from rmi_tf._tensorflow import tf as tf
from rmi_tf._tensorflow import use_one_thread_per_operation
from rmi_tf.ascent import History, NotFiniteError, ascend
from rmi_tf.comparison import Compared, Comparison, compare, compare_terms
from rmi_tf.density import histogram_entropy, triangular_entropy
from rmi_tf.features import (
    amplitude_position,
    intensity_position,
    linear,
    mean_field,
    normalized_position,
    principal_components,
    quadrupole,
    second_moments,
)
from rmi_tf.gauge import UniformGauge, oriented, rank_correlation
from rmi_tf.information import (
    evaluate,
    renormalized_mutual_information,
    rmi_from_terms,
    stacked_terms,
)
from rmi_tf.jacobian import feature_terms, log_volume
from rmi_tf.neighbour_ascent import neighbour_protocol
from rmi_tf.neighbours import neighbour_terms
from rmi_tf.networks import exchangeable_network, network, smooth_network
from rmi_tf.packet_fit import packet_fit
from rmi_tf.protocols import accurate_protocol, paper_protocol
from rmi_tf.reference import GaussianReference
from rmi_tf.resolution import (
    RegularizedInformation,
    conditional_entropies,
    information_from_draws,
    noise_entropy,
    noisy_values,
    regularized_information,
)
from rmi_tf.resolution_ascent import resolution_protocol
from rmi_tf.result import RMI
from rmi_tf.spacings import spacings_entropy, spacings_terms
from rmi_tf.variational import (
    VariationalEntropy,
    VariationalRMI,
    variational_entropy,
    variational_rmi,
)

__all__ = [
    "RMI",
    "Compared",
    "Comparison",
    "GaussianReference",
    "History",
    "NotFiniteError",
    "RegularizedInformation",
    "UniformGauge",
    "VariationalEntropy",
    "VariationalRMI",
    "accurate_protocol",
    "amplitude_position",
    "ascend",
    "compare",
    "compare_terms",
    "conditional_entropies",
    "evaluate",
    "exchangeable_network",
    "feature_terms",
    "histogram_entropy",
    "information_from_draws",
    "intensity_position",
    "linear",
    "log_volume",
    "mean_field",
    "neighbour_protocol",
    "neighbour_terms",
    "network",
    "noise_entropy",
    "noisy_values",
    "normalized_position",
    "oriented",
    "packet_fit",
    "paper_protocol",
    "principal_components",
    "quadrupole",
    "rank_correlation",
    "regularized_information",
    "renormalized_mutual_information",
    "resolution_protocol",
    "rmi_from_terms",
    "second_moments",
    "smooth_network",
    "spacings_entropy",
    "spacings_terms",
    "stacked_terms",
    "triangular_entropy",
    "use_one_thread_per_operation",
    "variational_entropy",
    "variational_rmi",
]
