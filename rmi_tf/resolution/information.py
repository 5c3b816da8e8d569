"""Mutual information at a finite resolution ε, Eqs. (3) to (5): I_ε(x, y) with y = f(x + ελ).

Use it where the limit ε → 0 of Eq. (1) is in doubt or is not wanted: it needs no Jacobian, and no
feature exceeds what the resolution lets through, I(x; x + ελ). Each sample x gets a row of draws of
y (`noisy_values`, Eq. 3); the rows tell H(y|x), Eq. (4), one draw of each tells H(y), and their
difference is I_ε (`regularized_information`, Eq. 5). I_ε grows like -K ln ε, while I_ε + K H_ε
tends to Ĩ.

It does not single out smooth features: thin lanes come as close to the bound as one likes, since
one real number can hold two coordinates. An error of the reading costs them, see `dial`.
"""

import math
import warnings
from typing import Any, NamedTuple

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.circles import cut, periods
from rmi_tf.computing.quiet_tensorflow import Feature
from rmi_tf.computing.rows import correlation
from rmi_tf.computing.samples import MIN_SAMPLES
from rmi_tf.estimators.base import value_range
from rmi_tf.estimators.draws import (
    FIRST_DRAWS,
    conditional_entropies,
    entropies_of_draws,
    rows_of_draws,
    settled,
    surprisals_of_draws,
)
from rmi_tf.information import checked, rmi_from_terms
from rmi_tf.noise import noise_entropy
from rmi_tf.resolution.draws import over_draws

import numpy as np

WIDER = 16  # draws of all samples for each draw of one x


class RegularizedInformation(NamedTuple):
    """I_ε(x, y) of Eq. (5) and its two terms, in nats."""

    information: float  # I_ε = H(y) - H(y|x)
    se: float  # standard error of information, and of rmi
    rmi: float  # I_ε + K H_ε, which tends to Ĩ
    entropy: float  # H(y)
    conditional_entropy: float  # H(y|x)
    epsilon: float
    n: int
    draws: int

    def __repr__(self) -> str:
        return (
            f"I_ε {self.information:z.4f} ± {self.se:.2g} nats = H(y) {self.entropy:z.4f} - H(y|x) "
            f"{self.conditional_entropy:z.4f}, with K H_ε {self.rmi:z.4f} (ε = {self.epsilon:g}, "
            f"n = {self.n}, {self.draws} draws)"
        )


def regularized_information(
    feature: Feature,
    samples: Any,
    epsilon: float,
    *,
    seed: int,
    read: int = 1000,
    noise_covariance: Any = None,
    weights: Any = None,
    order: bool = True,
    chains: Any = None,
    period: Any = None,
) -> RegularizedInformation:
    """I_ε(x, f(x + ελ)) of a feature, Eq. (5), with λ Gaussian of covariance Σ, Appendix A.

    It takes as many draws of y as are needed: until half of them give the same within 0.01 nats. A
    feature that folds x below ε takes many; few would see a comb of peaks as one, and come out too
    low, even below zero.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), K = 1 or 2.
        samples: (n, N).
        epsilon: the resolution of x, in units of λ.
        seed: of λ.
        read: how many samples H(y|x) is a mean over, spread evenly over all.
        noise_covariance: Σ, as in `renormalized_mutual_information`; None for the identity.
        weights: (n,), of the samples.
        order: whether they may depend on those before.
        chains: lengths of several series.
        period: of a component that lies on a circle; draws of y stay together across its cut.

    Warns:
        UserWarning: the information comes out negative, which it is not.

    Raises:
        TypeError: samples that are not an array of numbers.
        ValueError: wrong shapes, values that are not finite, ε not positive, too few samples, draws
            of y that coincide though x differs, or a feature that folds x so finely that 262144
            draws do not tell H(y|x).

    Example:
        >>> import numpy as np
        >>> from rmi_tf import linear, regularized_information
        >>> x = np.random.default_rng(0).normal(size=(1000, 2))
        >>> found = regularized_information(linear([1.0, 0.0]), x, 0.1, seed=0)
        >>> round(found.information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    read = check_whole("read", read, least=MIN_SAMPLES)
    how = {"epsilon": epsilon, "covariance": noise_covariance}
    y = over_draws(lambda y: y[:, 0], feature, samples, seed=seed, draws=1, **how)
    rows = checked(len(y), weights, lattice=False, order=order, chains=chains)
    around = periods(period, y.shape[1])
    if _is_constant(y):
        return _nothing(y, epsilon, 1)
    every = max(1, len(y) // read)

    def within(count: int) -> np.ndarray:
        def entropies(y: np.ndarray) -> np.ndarray:
            return entropies_of_draws(cut(y, around))

        some = samples[::every]
        return over_draws(entropies, feature, some, seed=seed + 1, draws=count, **how)

    def of_all(count: int) -> np.ndarray:
        each = -(-count // len(y))
        pool = over_draws(lambda y: y, feature, samples, seed=seed, draws=each, **how)
        return surprisals_of_draws(pool, around, rows.weights)

    first = FIRST_DRAWS * y.shape[1]
    conditional, used = settled(within, first)
    _check_apart(conditional, epsilon, y.dtype)
    if used == first:  # no folds: a draw of each x will do, as of any distribution
        surprisals = surprisals_of_draws(y[:, np.newaxis], around, rows.weights)[:, 0]
    else:  # all draws lie wider than those of one x: these have to tell folds apart as finely
        surprisals, _ = settled(of_all, WIDER * used)
    weight = np.ones(len(y)) if rows.weights is None else len(y) * rows.weights
    entropy = float(np.average(surprisals, weights=weight))
    mean = float(np.average(conditional, weights=weight[::every]))
    # by how much each sample moves the two means
    moved = weight * (surprisals - entropy)
    moved[::every] -= weight[::every] * (conditional - mean) * len(y) / weight[::every].sum()
    se = math.sqrt(correlation(moved, rows).variance / len(y))
    information = entropy - mean
    _warn_below_zero(information, se)
    rmi = information + y.shape[1] * noise_entropy(epsilon)
    return RegularizedInformation(information, se, rmi, entropy, mean, epsilon, len(y), used)


def information_from_draws(y: Any, epsilon: float) -> RegularizedInformation:
    """I_ε = H(y) - H(y|x) from draws of y for each x, Eq. (5).

    The noise may sit anywhere: on x as in Eqs. (3) and (B1), or on y as in Eq. (B2). The draws are
    what there is: where y given x is far from Gaussian, few of them miss what
    `conditional_entropies` says.

    Args:
        y: (n, draws) or (n, draws, K), each row drawn from P(y|x) of a sample x of its own.
        epsilon: the resolution, for H_ε.

    Returns:
        The information; 0 for a feature that is constant, whose I_ε + K H_ε is then K H_ε.

    Raises:
        ValueError: wrong shapes, values that are not finite, too few samples or draws, draws that
            coincide.

    Warns:
        UserWarning: the information comes out negative, which it is not.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import information_from_draws
        >>> generator = np.random.default_rng(0)
        >>> y = generator.normal(size=(1000, 1)) + 0.1 * generator.normal(size=(1000, 16))
        >>> round(information_from_draws(y, 0.1).information, 1)  # ½ ln(1 + 1/ε²) = 2.308
        2.3
    """
    y = rows_of_draws(np.asarray(y))
    n, draws, components = y.shape
    if _is_constant(y.reshape(-1, components)):
        return _nothing(y[:, 0], epsilon, draws)
    conditional = conditional_entropies(y.astype(np.float64)).numpy()
    _check_apart(conditional, epsilon, y.dtype)
    found = rmi_from_terms(y[:, 0], conditional)
    _warn_below_zero(found.rmi, found.se)
    rmi = found.rmi + components * noise_entropy(epsilon)
    terms = found.entropy, found.log_volume
    return RegularizedInformation(found.rmi, found.se, rmi, *terms, epsilon, n, draws)


def _warn_below_zero(information: float, se: float) -> None:
    if information < 0:
        warnings.warn(
            f"I_ε = {information:.2g} ± {se:.2g} nats is negative, which an information is not: it "
            f"is not told apart from 0, or the draws do not tell H(y|x)",
            stacklevel=3,
        )


def _is_constant(y: np.ndarray) -> bool:
    low, high = value_range(y)
    return bool(np.all(low == high))


def _nothing(y: np.ndarray, epsilon: float, draws: int) -> RegularizedInformation:
    """What a constant feature with values y (n, K) tells."""
    none, renormalization = -math.inf, y.shape[1] * noise_entropy(epsilon)
    return RegularizedInformation(0.0, 0.0, renormalization, none, none, epsilon, len(y), draws)


def _check_apart(conditional: np.ndarray, epsilon: float, dtype: np.dtype) -> None:
    share = np.isneginf(conditional).mean()
    if share > 0:
        raise ValueError(
            f"feature: expected values that differ from draw to draw, but on {share:.2%} of the "
            f"samples some coincide: it is constant there, or ε = {epsilon:g} is lost in the "
            f"rounding of {dtype.name}"
        )
