"""Renormalized mutual information in TensorFlow: a thin module, one idea a file.

Where the paper's equations are:

- Eq. (1), Ĩ = H(y) - <½ ln det(∇f ∇fᵀ)>: `density` has H(y), `jacobian` the log volume, and
  `information` brings them together; `comparison` puts several features in order.
- Eq. (2), invariance: `gauge`, the uniform gauge ŷ of Fig. 3.
- Eqs. (3) to (5), finite resolution: `noise` draws x + ελ, `resolution` has I_ε, and the
  information that is left when y is read with an error, too.
- Eq. (8), any number of components: `variational`.
- Appendix A, noise of covariance Σ: `noise`.
- Appendix D, the triangular histogram and the ascent: `density`, `ascent`, `networks`, and
  `protocols`, whose `paper` is the paper's.

What goes beyond the paper is one folder further down, one file each: `estimators` (spacings,
neighbours, flows), `protocols` (ways up), `features` (by system), `resolution`, `variational`.
`computing` holds what is no physics: chunks, checks, and products whose bits do not depend on the
processor.
Importing this puts the settings of `same_bits` in force, for the whole process.
"""

from rmi_tf.ascent import History, NotFiniteError, ascend
from rmi_tf.comparison import Compared, Comparison, compare, compare_terms
from rmi_tf.computing.quiet_tensorflow import tf as tf
from rmi_tf.computing.quiet_tensorflow import use_one_thread_per_operation
from rmi_tf.density import histogram_entropy, triangular_entropy
from rmi_tf.estimators import (
    RMI,
    conditional_entropies,
    neighbour_terms,
    spacings_entropy,
    spacings_terms,
)
from rmi_tf.features import (
    amplitude_position,
    bond_energy,
    intensity_position,
    linear,
    mean_field,
    normalized_position,
    packet_fit,
    polar_angle,
    principal_components,
    quadrupole,
    second_moments,
    staggered_field,
    untwisted_axis,
)
from rmi_tf.gauge import UniformGauge, gauged, oriented, rank_correlation
from rmi_tf.information import (
    evaluate,
    renormalized_mutual_information,
    rmi_from_terms,
    stacked_terms,
)
from rmi_tf.jacobian import feature_terms, log_volume
from rmi_tf.networks import (
    convolutional_network,
    exchangeable_network,
    network,
    smooth_network,
)
from rmi_tf.noise import noise_entropy
from rmi_tf.protocols import (
    accurate_protocol,
    dial_protocol,
    neighbour_protocol,
    paper_protocol,
    switching_protocol,
    variational_protocol,
)
from rmi_tf.resolution import (
    DialInformation,
    RegularizedInformation,
    dial_information,
    information_from_draws,
    noisy_values,
    regularized_information,
)
from rmi_tf.variational import (
    GaussianReference,
    VariationalEntropy,
    VariationalRMI,
    variational_entropy,
    variational_rmi,
)

__all__ = [
    "RMI",
    "Compared",
    "Comparison",
    "DialInformation",
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
    "bond_energy",
    "compare",
    "compare_terms",
    "conditional_entropies",
    "convolutional_network",
    "dial_information",
    "dial_protocol",
    "evaluate",
    "exchangeable_network",
    "feature_terms",
    "gauged",
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
    "polar_angle",
    "principal_components",
    "quadrupole",
    "rank_correlation",
    "regularized_information",
    "renormalized_mutual_information",
    "rmi_from_terms",
    "second_moments",
    "smooth_network",
    "spacings_entropy",
    "spacings_terms",
    "stacked_terms",
    "staggered_field",
    "switching_protocol",
    "triangular_entropy",
    "untwisted_axis",
    "use_one_thread_per_operation",
    "variational_entropy",
    "variational_protocol",
    "variational_rmi",
]
