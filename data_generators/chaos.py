"""Three chaotic systems on their attractors: the logistic map, Hénon's map, Lorenz's flow.

Use them to ask how long a reading of now tells of what comes: Ĩ(x_0, x_τ) = H(x_τ) - <ln |∇x_τ|>,
where H is the same at all times and the mean of ln |∇x_τ| grows at the largest Lyapunov exponent.
Each row starts by itself, so rows are independent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from data_generators._checks import check_positive, check_real, check_seed, check_whole
from data_generators._sampler import Sampler, Seed

WORD = 64  # bits that a generator gives at once


@dataclass(frozen=True)
class LogisticMap(Sampler):
    """Orbits x_0, ..., x_τ of x -> 4 x (1 - x), exact at every step.

    With x_k = sin² πu_k the map doubles u_k modulo 1. A float would lose a bit of u_0 a step, and
    the orbit would be another one after 52; here u_0 has as many bits as the orbit needs, and each
    u_k is the float next to the true one.

    Args:
        steps: τ, how long the orbits are.

    Raises:
        ValueError: steps that are not a whole number >= 1.

    Example:
        >>> from data_generators import LogisticMap
        >>> orbits = LogisticMap(steps=40)
        >>> orbits.sample(1000, seed=0).shape, round(orbits.rmi(40), 3)
        ((1000, 41), -27.967)
    """

    dtype: ClassVar = np.float64
    exponent: ClassVar = math.log(2)
    """The Lyapunov exponent, in nats a step."""

    steps: int = 40

    def __post_init__(self) -> None:
        check_whole("steps", self.steps, least=1)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n orbits, (n, τ + 1); the invariant density of each x_k is 1/(π √(x (1 - x)))."""
        check_whole("n", n, least=1)
        check_seed(seed)
        words = -(-self.steps // WORD) + 1
        bits = np.random.default_rng(seed).integers(2**WORD, size=(n, words), dtype=np.uint64)
        orbit = np.empty((n, self.steps + 1))
        for k in range(self.steps + 1):
            word, shift = divmod(k, WORD)
            u = bits[:, word] << np.uint64(shift)
            if shift:
                u |= bits[:, word + 1] >> np.uint64(WORD - shift)
            orbit[:, k] = np.sin(np.pi * (u / 2.0**WORD)) ** 2
        return orbit

    def log_slopes(self, orbits: np.ndarray) -> np.ndarray:
        """Of orbits (n, τ + 1): ln |dx_k/dx_0| for k = 0 to τ, (n, τ + 1), Σ_(j<k) ln |4 - 8 x_j|.

        Raises:
            ValueError: orbits of another length.
        """
        orbits = np.asarray(orbits)
        if orbits.ndim != 2 or orbits.shape[1] != self.steps + 1:
            raise ValueError(
                f"orbits: expected shape (n, {self.steps + 1}), got {np.shape(orbits)}"
            )
        each = np.log(np.abs(4 - 8 * orbits[:, :-1]))
        return np.concatenate([np.zeros((len(orbits), 1)), np.cumsum(each, axis=1)], axis=1)

    def rmi(self, step: int) -> float:
        """Ĩ(x_0, x_k) = ln(π/4) - k ln 2 in nats, exact.

        The first is the entropy of the invariant density, the second the mean of ln |dx_k/dx_0| =
        k ln 2 + ½ ln [x_k (1 - x_k)] - ½ ln [x_0 (1 - x_0)].
        """
        check_whole("step", step, least=0)
        return math.log(math.pi / 4) - step * self.exponent


@dataclass(frozen=True)
class HenonMap(Sampler):
    """Points (x, y) on the attractor of x -> 1 - 1.4 x² + y, y -> 0.3 x.

    Args:
        settling: steps from a random start to the attractor, which it comes closer to by a factor
            of five each.

    Raises:
        ValueError: settling that is not a whole number >= 1.

    Example:
        >>> from data_generators import HenonMap
        >>> HenonMap().sample(1000, seed=0).shape
        (1000, 2)
    """

    dtype: ClassVar = np.float64
    exponent: ClassVar = 0.41922
    """The larger Lyapunov exponent, in nats a step; both add up to ln 0.3. From J. C. Sprott, Chaos
    and Time-Series Analysis (Oxford, 2003), appendix A."""

    settling: int = 200

    def __post_init__(self) -> None:
        check_whole("settling", self.settling, least=1)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n points, (n, 2)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        # within the quadrilateral that the map takes into itself: M. Hénon, Commun. Math. Phys. 50,
        # 69 (1976)
        start = np.random.default_rng(seed).uniform(-1, 1, (n, 2)) * [0.5, 0.2]
        return np.stack(self.after(start, self.settling), axis=1)

    def after(self, points: Any, steps: int) -> tuple[Any, Any]:
        """Where points (n, 2), of NumPy or TensorFlow, are some steps later: x and y, (n,) each.

        Raises:
            ValueError: steps that are not a whole number >= 0.
        """
        check_whole("steps", steps, least=0)
        x, y = points[:, 0], points[:, 1]
        for _ in range(steps):
            x, y = 1 - 1.4 * x * x + y, 0.3 * x
        return x, y


@dataclass(frozen=True)
class Lorenz63(Sampler):
    """Points (x, y, z) on the attractor of ẋ = 10 (y - x), ẏ = x (28 - z) - y, ż = xy - 8z/3.

    Runge and Kutta's fourth order with a fixed step.

    Args:
        step: of the integration, in the equations' unit of time.
        settling: the time from a random start to when nothing is left of where it was. After 20 the
            mean of z is still off by 0.7 of 23.6, as points near a wing's centre leave it slowly.

    Raises:
        ValueError: a step that is not above 0 and at most 0.02, a settling that is negative.

    Example:
        >>> from data_generators import Lorenz63
        >>> flow = Lorenz63()
        >>> start = flow.sample(100, seed=0)
        >>> points, tangents = flow.tangents(start, [0.5, 1.0])
        >>> points.shape, tangents.shape
        ((2, 100, 3), (2, 100, 3, 3))
    """

    dtype: ClassVar = np.float64
    exponent: ClassVar = 0.90563
    """The largest Lyapunov exponent, in nats a unit of time; all three add up to -41/3. From J. C.
    Sprott, Chaos and Time-Series Analysis (Oxford, 2003), appendix A."""

    step: float = 0.01
    settling: float = 40.0

    def __post_init__(self) -> None:
        check_positive("step", self.step)
        check_real("step", self.step, least=0, most=0.02)
        check_real("settling", self.settling, least=0)

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n points, (n, 3)."""
        check_whole("n", n, least=1)
        check_seed(seed)
        # below both wings: near their centres a start would spiral outwards for a long time
        start = np.random.default_rng(seed).uniform(-4, 4, (3, n)) + np.array([[0], [0], [14]])
        return self._after(start, self.settling, _velocity).T.copy()

    def tangents(self, start: np.ndarray, times: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """Where points are at later times, and how they move with the start.

        Both are integrated side by side, which takes seconds where differentiating through the
        integrator's thousand steps would take minutes.

        Args:
            start: (n, 3).
            times: rising, above 0, multiples of the step.

        Returns:
            The points (T, n, 3) and the tangent maps (T, n, 3, 3), ∂(point at a time)/∂(start): of
            each feature of the point, its gradient times this is its Jacobian.

        Raises:
            ValueError: other shapes, times that do not rise from above 0 by multiples of the step.
        """
        x = np.asarray(start, np.float64)
        if x.ndim != 2 or x.shape[1] != 3 or not np.all(np.isfinite(x)):
            raise ValueError(f"start: expected finite numbers of shape (n, 3), got {x.shape}")
        spans = np.diff(np.atleast_1d(np.asarray(times, float)), prepend=0)
        counts = spans / self.step
        if np.ndim(times) != 1 or not np.all(
            (spans > 0) & (np.abs(counts - np.round(counts)) < 1e-6)
        ):
            raise ValueError(
                f"times: expected rising multiples of the step {self.step} above 0, got {times}"
            )
        n = len(x)
        state = np.concatenate([x.T, np.repeat(np.eye(3).reshape(9, 1), n, axis=1)])
        states = []
        for span in spans:
            state = self._after(state, span, _velocity_with_tangents)
            states.append(state)
        found = np.stack(states)  # (T, 12, n)
        maps = np.moveaxis(found[:, 3:].reshape(-1, 3, 3, n), 3, 1)
        return np.moveaxis(found[:, :3], 1, 2), maps

    def _after(self, state, span, velocity):
        h = self.step
        for _ in range(round(span / h)):
            first = velocity(state)
            second = velocity(state + h / 2 * first)
            third = velocity(state + h / 2 * second)
            fourth = velocity(state + h * third)
            state = state + h / 6 * (first + 2 * (second + third) + fourth)
        return state


def _velocity(state):
    x, y, z = state
    return np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])


def _velocity_with_tangents(state):
    """Of points and of the maps' rows, (12, n): the maps move by the velocity's slope."""
    x, y, z = state[:3]
    along_x, along_y, along_z = state[3:].reshape(3, 3, -1)  # of x, y and z, by the start's
    moved = [
        10 * (along_y - along_x),
        (28 - z) * along_x - along_y - x * along_z,
        y * along_x + x * along_y - 8 / 3 * along_z,
    ]
    return np.concatenate([_velocity(state[:3]), *moved])
