"""Distributions of K numbers whose densities are known: the truth for entropies of K components.

`correlated_gaussian`, `gaussian_mixture`, `spirals`, `bananas`, `student_t` and `narrow_peaks` make
one of each kind for any K. Most are Gaussians, or mixtures of them, that a map of known Jacobian
has bent and an orthogonal matrix has turned, so that no axis is special.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import digamma, entr, gammaln, logsumexp

from data_generators._checks import check_seed, check_whole
from data_generators._sampler import Sampler, Seed
from data_generators.spiral import Spiral

ENTROPY_SAMPLES = 2**19  # for a mixture's entropy
FREEDOM = 3  # degrees, of the Student distribution
PEAKS = 8
NEWTON = 5  # steps, from a table


@dataclass(frozen=True)
class KnownEntropy(Sampler):
    """A distribution of y, (K,), with its entropy, and ln p(y) of rows y (n, K): (n,), nats.

    The mean of -ln p over samples is the entropy but for their scatter, which an estimate from the
    same samples shares.

    Example:
        >>> from data_generators import bananas
        >>> distribution = bananas(5)
        >>> distribution.sample(3, seed=0).shape, round(distribution.entropy, 3)  # 5 · ½ ln 2πe
        ((3, 5), 7.095)
    """

    dtype: ClassVar = np.float64

    kind: str
    components: int  # K
    entropy: float  # in nats
    draw: Callable[[np.random.Generator, int], np.ndarray]
    log_density: Callable[[np.ndarray], np.ndarray]

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n samples, (n, K)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        return self.draw(np.random.default_rng(seed), n)


def correlated_gaussian(components: int) -> KnownEntropy:
    """A Gaussian with standard deviations from 1 to 3 along axes that lie askew; H exact.

    Raises:
        ValueError: components is not a whole number >= 1, here and in the other kinds.

    Example:
        >>> from data_generators import correlated_gaussian
        >>> round(correlated_gaussian(1).entropy, 4)  # ½ ln 2πe
        1.4189
    """
    turn, deviations = _turn(components), np.linspace(1, 3, components)
    entropy = components * _gaussian_entropy() + np.log(deviations).sum()

    def draw(generator: np.random.Generator, n: int) -> np.ndarray:
        return (generator.standard_normal((n, components)) * deviations) @ turn

    def log_density(y: np.ndarray) -> np.ndarray:
        return _log_normal((y @ turn.T) / deviations) - np.log(deviations).sum()

    return KnownEntropy("Gaussian", components, float(entropy), draw, log_density)


def gaussian_mixture(components: int) -> KnownEntropy:
    """Three Gaussians, overlapping, each with a shape of its own.

    H = H(c) + Σ_c w_c H_c - H(c|y), with c the Gaussian that y is of. Only the last term, the
    doubt which one it is, is not exact: an average over 2¹⁹ samples, to about 0.0005 nats.

    Example:
        >>> from data_generators import gaussian_mixture
        >>> gaussian_mixture(2).sample(3, seed=0).shape
        (3, 2)
    """
    check_whole("components", components, least=1)
    generator = np.random.default_rng(components)
    shares = np.array([0.5, 0.3, 0.2])
    directions = generator.standard_normal((3, components))
    centres = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    centres *= np.array([0.0, 2.5, 3.5])[:, np.newaxis]
    deviations = np.array([1.0, 0.6, 0.8])[:, np.newaxis] * generator.uniform(
        0.8, 1.2, (3, components)
    )

    return _mixture("mixture", centres, deviations, shares, generator)


def spirals(components: int) -> KnownEntropy:
    """Pairs of numbers, each twisted as the plane of Fig. 3, which keeps H; exact.

    A number that is left over is bent: y = z + 0.4 sin 2z of a unit Gaussian z, whose
    H(z) + <ln dy/dz> is a quadrature.

    Example:
        >>> from data_generators import Spiral, spirals
        >>> spirals(4).entropy == 2 * Spiral().entropy()
        True
    """
    turn, spiral = _turn(components), Spiral()
    single = components % 2
    entropy = components // 2 * spiral.entropy()
    if single:
        node, share = np.polynomial.hermite_e.hermegauss(200)
        slope = 1 + 0.8 * np.cos(2 * node)
        entropy += _gaussian_entropy() + share @ np.log(slope) / share.sum()

    def draw(generator: np.random.Generator, n: int) -> np.ndarray:
        pairs = [
            spiral.twist(
                generator.standard_normal((n, 2)) @ np.linalg.cholesky(spiral.covariance).T
            )
            for _ in range(components // 2)
        ]
        z = generator.standard_normal((n, single))
        return np.concatenate([*pairs, z + 0.4 * np.sin(2 * z)], axis=1) @ turn

    def log_density(y: np.ndarray) -> np.ndarray:
        z = y @ turn.T
        pairs = z[:, : components - single].reshape(len(y), -1, 2)
        with np.errstate(divide="ignore"):  # far out the density is 0 in float64
            found = np.log(spiral.density(pairs.reshape(-1, 2))).reshape(len(y), -1).sum(axis=1)
        bent = z[:, components - single :]
        z = np.interp(bent, *_BENT)
        for _ in range(NEWTON):
            z = z - (z + 0.4 * np.sin(2 * z) - bent) / (1 + 0.8 * np.cos(2 * z))
        return found + _log_normal(z) - np.log(1 + 0.8 * np.cos(2 * z)).sum(axis=1)

    return KnownEntropy("spirals", components, float(entropy), draw, log_density)


def bananas(components: int) -> KnownEntropy:
    """Unit Gaussians z with y₁ = z₁ and y₂ = z₂ + 0.7 (z₁² - 1), pair by pair; H exact.

    The map keeps volume. A number that is left over stays a Gaussian.

    Example:
        >>> from data_generators import bananas
        >>> round(bananas(2).entropy, 4)  # ln 2πe
        2.8379
    """
    turn = _turn(components)

    def draw(generator: np.random.Generator, n: int) -> np.ndarray:
        y = generator.standard_normal((n, components))
        pairs = components // 2
        y[:, 1 : 2 * pairs : 2] += 0.7 * (y[:, 0 : 2 * pairs : 2] ** 2 - 1)
        return y @ turn

    def log_density(y: np.ndarray) -> np.ndarray:
        z, pairs = y @ turn.T, components // 2
        z[:, 1 : 2 * pairs : 2] -= 0.7 * (z[:, 0 : 2 * pairs : 2] ** 2 - 1)
        return _log_normal(z)

    return KnownEntropy("bananas", components, components * _gaussian_entropy(), draw, log_density)


def student_t(components: int) -> KnownEntropy:
    """Student's t with three degrees of freedom, the same in all directions: heavy tails; H exact.

    Example:
        >>> from data_generators import student_t
        >>> round(student_t(1).entropy, 4)  # ln √3 B(½, 3/2) + 2 (ψ(2) - ψ(3/2))
        1.7735
    """
    check_whole("components", components, least=1)
    half = (FREEDOM + components) / 2
    norm = gammaln(half) - gammaln(FREEDOM / 2) - 0.5 * components * np.log(FREEDOM * np.pi)
    entropy = half * (digamma(half) - digamma(FREEDOM / 2)) - norm

    def draw(generator: np.random.Generator, n: int) -> np.ndarray:
        normal, scale2 = generator.standard_normal((n, components)), generator.chisquare(FREEDOM, n)
        return normal / np.sqrt(scale2 / FREEDOM)[:, np.newaxis]

    def log_density(y: np.ndarray) -> np.ndarray:
        return norm - half * np.log1p(np.sum(y**2, axis=1) / FREEDOM)

    return KnownEntropy("Student t", components, float(entropy), draw, log_density)


def narrow_peaks(components: int) -> KnownEntropy:
    """Eight round Gaussians with normal centres, as wide as 0.02 of their typical distance √(2K).

    Example:
        >>> from data_generators import narrow_peaks
        >>> round(narrow_peaks(3).entropy, 3)  # ln 8 + 3 (½ ln 2πe + ln 0.049)
        -2.712
    """
    check_whole("components", components, least=1)
    generator = np.random.default_rng(components)
    centres = generator.standard_normal((PEAKS, components))
    width = 0.02 * np.sqrt(2 * components)
    deviations = np.full((PEAKS, components), width)
    return _mixture("narrow peaks", centres, deviations, np.full(PEAKS, 1 / PEAKS), generator)


def _mixture(
    kind: str,
    centres: np.ndarray,
    deviations: np.ndarray,
    shares: np.ndarray,
    generator: np.random.Generator,
) -> KnownEntropy:
    """Gaussians with centres and deviations (c, K), turned together; samples for the entropy."""
    components = centres.shape[1]
    turn = _turn(components)

    def labelled(generator: np.random.Generator, n: int) -> np.ndarray:
        c = generator.choice(len(shares), size=n, p=shares)
        return centres[c] + deviations[c] * generator.standard_normal((n, components))

    def log_parts(y: np.ndarray) -> np.ndarray:
        return np.stack(
            [
                np.log(share) + _log_normal((y - m) / s) - np.log(s).sum()
                for share, m, s in zip(shares, centres, deviations, strict=True)
            ],
            axis=1,
        )

    parts = log_parts(labelled(generator, ENTROPY_SAMPLES))
    doubt = entr(np.exp(parts - logsumexp(parts, axis=1, keepdims=True))).sum(axis=1)
    inside = components * _gaussian_entropy() + shares @ np.log(deviations).sum(axis=1)
    entropy = entr(shares).sum() + inside - doubt.mean()
    return KnownEntropy(
        kind,
        components,
        float(entropy),
        lambda generator, n: labelled(generator, n) @ turn,
        lambda y: logsumexp(log_parts(y @ turn.T), axis=1),
    )


def _log_normal(z: np.ndarray) -> np.ndarray:
    """The logarithm of the density of unit Gaussians z (n, K), (n,)."""
    return -0.5 * np.sum(z**2 + np.log(2 * np.pi), axis=1)


KINDS = (correlated_gaussian, gaussian_mixture, spirals, bananas, student_t, narrow_peaks)

_PLACES = np.linspace(-12, 12, 10_001)
_BENT = _PLACES + 0.4 * np.sin(2 * _PLACES), _PLACES


def _gaussian_entropy() -> float:
    return float(0.5 * np.log(2 * np.pi * np.e))


def _turn(components: int) -> np.ndarray:
    """A fixed orthogonal matrix (K, K)."""
    check_whole("components", components, least=1)
    normal = np.random.default_rng(1).standard_normal((components, components))
    return np.linalg.qr(normal)[0]
