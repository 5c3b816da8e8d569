"""Finite resolution: of x, Eqs. (3) to (5), and of the reading, too.

`draws` has y = f(x + ελ), Eq. (3); `information` I_ε, Eq. (5), with H(y|x) of Eq. (4) from
`rmi_tf.estimators.draws`; `dial` the information that is left when y is read with an error.
"""

from rmi_tf.resolution.dial import DialInformation, dial_information
from rmi_tf.resolution.draws import noisy_values
from rmi_tf.resolution.information import (
    RegularizedInformation,
    information_from_draws,
    regularized_information,
)

__all__ = [
    "DialInformation",
    "RegularizedInformation",
    "dial_information",
    "information_from_draws",
    "noisy_values",
    "regularized_information",
]
