"""Entropy and RMI of a feature of any number of components, Eq. (8): upper bounds, both.

H(y) = -<ln P_r>_y + min_D (<D>_y + <e^(-D)>_r - 1): a reference P_r that is known, and a network D
that learns how far P_y is from it. It is the paper's way to any K, kept as it is; up to K = 20 the
estimators of `rmi_tf.information` are more accurate and have an error that tells how far off they
may be.

At its best D is ln P_r/P_y, and what the network falls short of it adds to H: the value is an upper
bound, up to its standard error. <e^(-D)> over points of the reference is then 1, since P_r e^(-D)
is a density. That it is 1 tells that this density is normalised, not that the bound is tight, and
the standard error tells of the samples' scatter alone. At n = 30,000 and K = 10 spirals are too
high by 0.27 nats with a normalisation of 1.00 and a standard error of 0.03: nothing warns.
"""

import math
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import tf
from rmi_tf.density import columns, normalised_weights
from rmi_tf.estimators.base import value_range
from rmi_tf.variational.discriminator import trained
from rmi_tf.variational.reference import GaussianReference, Reference

import numpy as np

SHARES = (0.5, 0.1)  # of the samples, to train and to choose the best step; the rest is held out
LEAST = 1000  # samples; fewer leave too little to learn from
REFERENCE_POINTS = 4  # for each point of y where nothing is trained: they cost little
NORMALISATION_WITHIN = 0.03


class VariationalEntropy(NamedTuple):
    """H(y) by Eq. (8) in nats, an upper bound, from samples that the training never saw."""

    entropy: float
    se: float  # standard error of entropy
    normalisation: float  # <e^(-D)> over the reference; 1 if P_r e^(-D) is a density
    n: int  # samples held out


class VariationalRMI(NamedTuple):
    """Ĩ = H(y) - log volume in nats with H(y) by Eq. (8), so an upper bound."""

    rmi: float
    se: float  # standard error of rmi
    entropy: float
    log_volume: float  # of the same held-out samples
    normalisation: float  # as in VariationalEntropy
    n: int  # samples held out

    def __repr__(self) -> str:
        return (
            f"RMI at most {self.rmi:z.4f} ± {self.se:.2g} nats = entropy {self.entropy:z.4f} - log "
            f"volume {self.log_volume:z.4f} (n = {self.n} held out, normalisation "
            f"{self.normalisation:.3f})"
        )


def variational_entropy(
    y: Any,
    *,
    seed: int,
    reference: Reference | Callable[[np.ndarray], Reference] = GaussianReference.fitted,
    steps: int = 2000,
    weights: Any = None,
) -> VariationalEntropy:
    """H(y) by Eq. (8), an upper bound, for any K.

    Half of the samples train the discriminator, a tenth chooses its best step, the rest is held
    out and gives the value.

    >>> import numpy as np
    >>> y = np.random.default_rng(0).normal(size=(5000, 3))
    >>> result = variational_entropy(y, seed=0, steps=200)
    >>> bool(abs(result.entropy - 1.5 * np.log(2 * np.pi * np.e)) < 0.1)
    True

    Args:
        y: (n, K) or (n,), independent samples of the feature.
        seed: of the split, the network and the reference's points.
        reference: P_r, or a function that fits one to the training samples (m, K); see
            `rmi_tf.variational.reference`. One fitted to all samples would spoil the held-out ones.
        steps: of Adam; more, where the distribution is intricate.
        weights: (n,), of the samples, as importance weights; training draws by them.

    Warns:
        UserWarning: the normalisation is off 1 by more than 3 %: the value is not to be trusted.

    Raises:
        ValueError: wrong shape, fewer than 1000 samples, values that are not finite, components
            that are constant or linear functions of the others, no steps; a reference that gives
            other shapes or numbers that are not finite.
        ArithmeticError: the training diverged.
    """
    y, weights = _checked(y, weights)
    surprisals, normalisation, normalisation_variance, held = _held_out(
        y, reference, seed, steps, weights
    )
    mean, variance = _mean(surprisals, weights, held)
    error = math.sqrt(variance + normalisation_variance)
    return VariationalEntropy(mean + normalisation - 1, error, normalisation, len(held))


def variational_rmi(
    y: Any,
    log_volume: Any,
    *,
    seed: int,
    reference: Reference | Callable[[np.ndarray], Reference] = GaussianReference.fitted,
    steps: int = 2000,
    weights: Any = None,
) -> VariationalRMI:
    """Ĩ of a feature from its values and log volumes, Eqs. (1) and (8): an upper bound, for any K.

    The standard error is of the samples' shares of Ĩ, in which entropy and volume often cancel.

    >>> import numpy as np
    >>> from rmi_tf import evaluate, linear
    >>> x = np.random.default_rng(0).normal(size=(5000, 4))
    >>> y, log_volume = evaluate(linear(2 * np.eye(4)[:, :3]), x)
    >>> result = variational_rmi(y, log_volume, seed=0, steps=200)
    >>> bool(abs(result.rmi - 1.5 * np.log(2 * np.pi * np.e)) < 0.1)
    True

    Args:
        y: (n, K) or (n,), as `rmi_tf.evaluate` gives it.
        log_volume: (n,), ½ ln det(J Σ Jᵀ) of each sample, likewise.
        seed: as in `variational_entropy`, like the rest, the warning and the errors.
        reference: P_r.
        steps: of Adam.
        weights: of the samples.

    Raises:
        ValueError: also for log volumes that are not finite or have another shape.
    """
    (y, weights), volume = _checked(y, weights), np.asarray(log_volume, np.float64)
    if volume.shape != y.shape[:1]:
        raise ValueError(f"log_volume: expected shape ({len(y)},), got {volume.shape}")
    if not np.isfinite(volume).all():
        share = 1 - np.isfinite(volume).mean()
        raise ValueError(f"log_volume: expected finite numbers, {share:.2%} are not")
    surprisals, normalisation, normalisation_variance, held = _held_out(
        y, reference, seed, steps, weights
    )
    _, variance = _mean(surprisals - volume[held], weights, held)
    error = math.sqrt(variance + normalisation_variance)
    entropy = _mean(surprisals, weights, held)[0] + normalisation - 1
    mean_volume, _ = _mean(volume[held], weights, held)
    rmi = entropy - mean_volume
    return VariationalRMI(rmi, error, entropy, mean_volume, normalisation, len(held))


def _mean(values: np.ndarray, weights: np.ndarray | None, held: np.ndarray) -> tuple[float, float]:
    """The mean over the rows held out, by their weights (n,), and its variance."""
    if weights is None:
        return float(values.mean()), float(values.var(ddof=1)) / len(values)
    share = weights[held] / weights[held].sum()
    mean = float(np.sum(share * values))
    return mean, float(np.sum((share * (values - mean)) ** 2))


def _held_out(
    y: np.ndarray, reference: Any, seed: int, steps: int, weights: np.ndarray | None
) -> tuple[np.ndarray, float, float, np.ndarray]:
    """-ln P_r + D of the held-out samples; <e^(-D)> and its variance; the samples' numbers."""
    steps, seed = check_whole("steps", steps, least=1), check_whole("seed", seed, least=0)
    parts = np.random.default_rng([seed, 0]).permutation(len(y))
    train, valid, held = np.split(parts, np.cumsum([int(len(y) * share) for share in SHARES]))
    if weights is not None:
        draws = np.random.default_rng([seed, 5])
        train, valid = (
            draws.choice(some, len(some), p=weights[some] / weights[some].sum())
            for some in (train, valid)
        )
    whitening = GaussianReference.fitted(y[train])  # checks the covariance
    if callable(reference):
        reference = reference(y[train])

    def reference_points(n: int, *stream: int) -> np.ndarray:
        drawn = np.asarray(reference.sample(n, seed=[seed, *stream]))
        if drawn.shape != (n, y.shape[1]):
            raise ValueError(f"reference: expected samples ({n}, {y.shape[1]}), got {drawn.shape}")
        return whitening.whitened(drawn).astype(np.float32)

    unseen = reference_points(REFERENCE_POINTS * len(held), 1)  # checks the reference's shape
    density = np.asarray(reference.log_density(y[held]), np.float64)
    if density.shape != held.shape or not np.isfinite(density).all():
        raise ValueError(
            f"reference: expected a finite log_density ({len(held)},) of samples of y, got shape "
            f"{density.shape}, {np.isfinite(density).mean():.2%} finite"
        )

    z = whitening.whitened(y).astype(np.float32)
    values = trained(z[train], z[valid], reference_points, seed=seed, steps=steps)
    surprisals = values(z[held]) - density
    ratio = np.exp(-values(unseen))
    normalisation = float(ratio.mean())
    if not abs(normalisation - 1) <= NORMALISATION_WITHIN:
        warnings.warn(
            f"Eq. (8): <e^(-D)> over the reference is {normalisation:.3f}, further than "
            f"{NORMALISATION_WITHIN:.0%} from 1: the discriminator has not converged, or the "
            "reference has too few points where y lies. (At 1 the bound need not be tight: it "
            "tests the normalisation alone.)",
            stacklevel=3,
        )
    return surprisals, normalisation, float(ratio.var(ddof=1)) / len(ratio), held


def _checked(y: Any, weights: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Values (n, K), and weights with sum 1, if there are any."""
    y = columns(np.asarray(y, np.float64)).numpy()
    if len(y) < LEAST:
        raise ValueError(f"samples: expected at least {LEAST}, got {len(y)}")
    value_range(y)  # raises where values are not finite
    if weights is not None:
        weights = normalised_weights(weights, len(y), tf.float64).numpy()
    return y, weights
