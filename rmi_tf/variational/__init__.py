"""Entropy of any number of components by Eq. (8): an upper bound, learned from samples."""

from rmi_tf.variational.entropy import (
    VariationalEntropy,
    VariationalRMI,
    variational_entropy,
    variational_rmi,
)
from rmi_tf.variational.reference import GaussianReference

__all__ = [
    "GaussianReference",
    "VariationalEntropy",
    "VariationalRMI",
    "variational_entropy",
    "variational_rmi",
]
