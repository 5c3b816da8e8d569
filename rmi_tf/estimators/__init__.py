"""Estimators of Ĩ, one file each, and the table of their names.

- ``"corrected"``: m-spacings for K = 1, nearest neighbours of Gaussian values for K = 2, flows
  and mixtures of Gaussians for K = 3 to 20. Keeps y in memory, takes repeated and weighted rows and
  series as they are, and tells where a second estimate disagrees.
- ``"flow"``: these flows and mixtures for any K up to 20.
- ``"histogram"``: the paper's, 180 cells an axis. Low by up to ln(1 + (cells - 1)/n), which the
  result carries as `bias_bound`; reads the samples twice and keeps none.
- ``"triangular"``: the paper's differentiable one, for weighted lattices.

To add one: a file beside these that holds an `Estimator` (see `base`), and a row in `ESTIMATORS`.
"""

from rmi_tf.estimators.base import RMI, Estimator, Pointwise
from rmi_tf.estimators.draws import conditional_entropies
from rmi_tf.estimators.flow import FLOW
from rmi_tf.estimators.histogram import HISTOGRAM, TRIANGULAR
from rmi_tf.estimators.neighbours import NEIGHBOURS, neighbour_terms
from rmi_tf.estimators.spacings import SPACINGS, spacings_entropy, spacings_terms

__all__ = [
    "RMI",
    "conditional_entropies",
    "neighbour_terms",
    "spacings_entropy",
    "spacings_terms",
]

# A name stands for the first of its estimators that takes the feature's number of components.
ESTIMATORS: dict[str, tuple[Estimator, ...]] = {
    "corrected": (SPACINGS, NEIGHBOURS, FLOW),
    "flow": (FLOW,),
    "histogram": (HISTOGRAM,),
    "triangular": (TRIANGULAR,),
}


def check_name(name: str, *, lattice: bool) -> None:
    """ValueError unless an estimator of this name exists, and takes a lattice if it is one."""
    if name not in ESTIMATORS:
        raise ValueError(f"estimator: expected one of {', '.join(ESTIMATORS)}, got {name!r}")
    if lattice and not any(one.takes_lattices for one in ESTIMATORS[name]):
        raise ValueError(f"lattice: its sums go with a histogram, got estimator {name!r}")


def chosen(name: str, components: int) -> Estimator:
    """The estimator of this name for K components.

    Raises:
        ValueError: none of this name takes K components.
    """
    for one in ESTIMATORS[name]:
        if components in one.components:
            return one
    taken = [k for one in ESTIMATORS[name] for k in one.components]
    most = max(taken)
    others = (
        "corrected takes up to 20" if most < 20 else "for more there is Eq. (8), variational_rmi"
    )
    raise ValueError(
        f"feature: expected K = {min(taken)} to {most} components for {name!r}, got "
        f"K = {components}: {others}"
    )


def pointwise(components: int) -> Pointwise:
    """The accurate estimator for K components, sample by sample, for comparisons.

    Raises:
        ValueError: there is none.
    """
    one = chosen("corrected", components)
    assert isinstance(one, Pointwise)
    return one
