"""The liquid drop word for word, in float64 NumPy: what the fast generator is tested against.

Every pair difference is one array, (n, N, N, 2), every sample stays in the frame of the laboratory
and the force is spelled out case by case. It shares no code with `data_generators`. Use it in tests
and benchmarks alone: 250 particles take 5 ms a sample and step, and 1 MB a sample for each array.
"""

from itertools import pairwise

import numpy as np


def pair_differences(x):
    """x_i - x_j of positions (n, N, 2): (n, N, N, 2)."""
    return x[:, :, np.newaxis, :] - x[:, np.newaxis, :, :]


def pair_forces(x, *, exponent, distance, core, core_stiffness):
    """The force on each particle from all others, (n, N, 2).

    Along x_i - x_j: n (d^{2n} / r^{2n+2} - d^n / r^{n+2}) outside the core, core_stiffness inside.
    """
    difference = pair_differences(x)
    r = np.sqrt((difference**2).sum(axis=-1))
    outside = r > core
    r_outside = np.where(outside, r, 1.0)
    repulsion = distance ** (2 * exponent) / r_outside ** (2 * exponent + 2)
    attraction = distance**exponent / r_outside ** (exponent + 2)
    coefficient = np.where(outside, exponent * (repulsion - attraction), core_stiffness)
    return (coefficient[..., np.newaxis] * difference).sum(axis=2)


def in_body_frame(x, orientation):
    """Positions (n, N, 2) along the half-axes of ellipses turned by orientation (n,)."""
    cos, sin = np.cos(orientation), np.sin(orientation)
    return np.einsum("nij,npj->npi", np.array([[cos, sin], [-sin, cos]]).transpose(2, 0, 1), x)


def outside_ellipse(x, deformation, orientation):
    """Which of the positions (n, N, 2) lie outside the ellipse of their sample: (n, N)."""
    body = in_body_frame(x, orientation)
    long = 1 + deformation[:, np.newaxis]
    return (body[..., 0] / long) ** 2 + (body[..., 1] * long) ** 2 > 1


def central_wall_forces(x, deformation, orientation, *, wall):
    """Outside the ellipse a force of constant size towards the centre, (n, N, 2)."""
    outside = outside_ellipse(x, deformation, orientation)
    r = np.sqrt((x**2).sum(axis=-1))
    return np.where(outside, -wall / r, 0.0)[..., np.newaxis] * x


def gradient_wall_forces(x, deformation, orientation, *, wall):
    """Minus the gradient of wall × (ρ - 1) outside the ellipse ρ = 1, (n, N, 2)."""
    body = in_body_frame(x, orientation)
    half_axes = np.stack([1 + deformation, 1 / (1 + deformation)], axis=1)[:, np.newaxis]
    rho = np.sqrt(((body / half_axes) ** 2).sum(axis=-1, keepdims=True))
    force = np.where(rho > 1, -wall * body / half_axes**2 / rho, 0.0)
    return in_body_frame(force, -orientation)


def relax(x, deformation, orientation, noise, *, step, temperature, wall, **law):
    """Positions (n, N, 2) after as many steps as `noise` (steps + 1, n, N, 2) has, less one.

    Each step adds step × force and √(2 kT step) times the mean of two successive unit noises.
    """
    x = np.asarray(x, dtype=np.float64)
    for before, after in pairwise(noise):
        force = pair_forces(x, **law) + central_wall_forces(x, deformation, orientation, wall=wall)
        x = x + step * force + np.sqrt(2 * temperature * step) * (before + after) / 2
    return x


def pair_energy(x, *, exponent, distance, core, core_stiffness):
    """The sum over pairs of ½ (d/r)^{2n} - (d/r)^n + ½, with the harmonic cap: (n,)."""
    first, second = np.triu_indices(x.shape[1], k=1)
    r = np.sqrt(((x[:, first] - x[:, second]) ** 2).sum(axis=-1))
    bounded = np.maximum(r, core)
    energy = (distance / bounded) ** (2 * exponent) / 2 - (distance / bounded) ** exponent + 0.5
    return (energy + core_stiffness * np.maximum(core**2 - r**2, 0) / 2).sum(axis=1)


def configurational_temperature(x, deformation, orientation, *, wall, **law):
    """Measure kT of each sample in the gradient wall: two parts (n,), whose means' quotient is kT.

    In equilibrium ⟨∇U · B⟩ = kT ⟨∇ · B⟩ for any field B. Here B = ∇U of the pairs alone, since the
    force of the wall has a step, which no divergence can describe. For one pair, outside the core,
    V'' + V'/r = n² q (2q - 1) / r² with q = (d/r)^n.
    """
    pairs = pair_forces(x, **law)
    force = pairs + gradient_wall_forces(x, deformation, orientation, wall=wall)
    first, second = np.triu_indices(x.shape[1], k=1)
    r = np.sqrt(((x[:, first] - x[:, second]) ** 2).sum(axis=-1))
    n, reach = law["exponent"], (law["distance"] / r) ** law["exponent"]
    laplacian = n**2 * reach * (2 * reach - 1) / r**2
    laplacian = np.where(r > law["core"], laplacian, -2 * law["core_stiffness"])
    # each pair counts for both of its particles
    return (force * pairs).sum(axis=(1, 2)), 2 * laplacian.sum(axis=1)
