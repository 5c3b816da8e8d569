"""Fig. 2b written straight from the paper's formulas in NumPy: what the fast one is held against.

Fresh double-precision samples at each noise, every gradient a full array (n, K, N), ½ ln det of the
matrices ∇f ∇fᵀ, `histogramdd` for the density, `cov` and `eigh` for the principal component.
"""

import numpy as np


def draw(generator, n, noise, *, sites=100, width=9.0):
    j = np.arange(1, sites + 1)
    position = generator.uniform(30, 70, size=(n, 1))
    packet = np.exp(-((j - position) ** 2) / width**2)
    return packet + noise * generator.standard_normal((n, sites))


def entropy(y, bins):
    counts, edges = np.histogramdd(y, bins=bins)
    volume = np.prod([axis[1] - axis[0] for axis in edges])
    mass = counts[counts > 0] / len(y)
    return -np.sum(mass * np.log(mass / volume))


def log_volume(gradient):
    return 0.5 * np.mean(np.log(np.linalg.det(gradient @ gradient.transpose(0, 2, 1))))


def leading_component(x):
    vector = np.linalg.eigh(np.cov(x, rowvar=False))[1][:, -1]
    return vector * np.sign(vector[np.argmax(np.abs(vector))])


def linear(x, weights):
    return x @ weights, np.tile(weights, (len(x), 1))


def mean_field(x):
    return linear(x, np.full(x.shape[1], 1 / x.shape[1]))


def amplitude_position(x):
    return linear(x, np.arange(1, x.shape[1] + 1) / x.shape[1])


def intensity_position(x):
    j = np.arange(1, x.shape[1] + 1)
    return np.mean(j * x**2, axis=1), 2 * j * x / x.shape[1]


def normalized_position(x):
    j = np.arange(1, x.shape[1] + 1)
    intensity = np.sum(x**2, axis=1)
    y = np.sum(j * x**2, axis=1) / intensity
    return y, 2 * x * (j - y[:, np.newaxis]) / intensity[:, np.newaxis]


def figure_2b(noises, *, n_samples, n_fit, bins, seed):
    """Entropy and mean log volume of the five features, in nats: (noise, feature, 2)."""
    generator = np.random.default_rng(seed)
    table = []
    for noise in noises:
        component = leading_component(draw(generator, n_fit, noise))
        x = draw(generator, n_samples, noise)
        for y, gradient in (
            mean_field(x),
            amplitude_position(x),
            intensity_position(x),
            normalized_position(x),
            linear(x, component),
        ):
            table.append((entropy(y[:, np.newaxis], bins), log_volume(gradient[:, np.newaxis])))
    return np.reshape(table, (len(noises), 5, 2))
