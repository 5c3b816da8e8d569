"""What all potentials in the plane have: Boltzmann's density on a lattice, and Langevin's motion.

dx = -∇V dt + √(2 kT) dW. Its density at rest is e^(-V/kT) / Z, and on a lattice of spacing h it
jumps to a neighbour at the rate (kT/h²) √(w_j/w_i) with the weights w of that density, which leaves
the density as it is and gives the Fokker-Planck operator as h → 0.
"""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.sparse import coo_array
from scipy.sparse.linalg import eigsh

from data_generators._checks import check_positive, check_seed, check_whole
from data_generators._sampler import Sampler, Seed

HIGHEST = 25.0  # kT above the lowest cell: what lies higher, 1e-11 of it, is left out


@dataclass(frozen=True)
class PlanePotential(Sampler):
    """A potential in the plane at a temperature: a subclass has `potential` and its `gradient`."""

    dtype: ClassVar = np.float64

    temperature: float = 1.0
    spacing: float = 0.02
    step: float = 1e-3

    BOX: ClassVar[tuple[tuple[float, float], tuple[float, float]]]  # where x is, but for 1e-9

    def __post_init__(self) -> None:
        for name in ("temperature", "spacing", "step"):
            check_positive(name, getattr(self, name))

    @abstractmethod
    def potential(self, x: Any) -> np.ndarray:
        """V at the points x (..., 2): (...)."""

    @abstractmethod
    def gradient(self, x: Any) -> np.ndarray:
        """∇V at the points x (..., 2): (..., 2)."""

    def axes(self) -> tuple[np.ndarray, np.ndarray]:
        """The centres of the lattice's cells along x₁ and x₂."""
        first, second = (np.arange(low, high, self.spacing) for low, high in self.BOX)
        return first, second

    def weights(self) -> np.ndarray:
        """The share of each cell of the lattice, with axes (x₁, x₂), that sum to 1."""
        energy = self.potential(np.stack(np.meshgrid(*self.axes(), indexing="ij"), axis=-1))
        weights = np.exp(-(energy - energy.min()) / self.temperature)
        weights[energy - energy.min() > HIGHEST * self.temperature] = 0
        return weights / weights.sum()

    def sample(self, n: int, *, seed: Seed) -> np.ndarray:
        """Draw n independent samples, (n, 2): a cell of the lattice, and a place in it.

        As if the density were the same all over a cell, which widens it by spacing²/12.
        """
        check_whole("n", n, least=1)
        check_seed(seed)
        generator = np.random.default_rng(seed)
        share = np.cumsum(self.weights())
        drawn = np.searchsorted(share / share[-1], generator.random(n), side="right")
        cells = np.unravel_index(drawn, tuple(map(len, self.axes())))
        centres = np.stack([axis[i] for axis, i in zip(self.axes(), cells, strict=True)], axis=1)
        return centres + self.spacing * generator.uniform(-0.5, 0.5, (n, 2))

    def trajectory(
        self,
        n: int,
        *,
        seed: Seed,
        chains: int = 1,
        every: int = 1,
        temperature: float | None = None,
    ) -> np.ndarray:
        """Places of molecules that move by themselves, (chains · n, 2), one's after the other's.

        Each begins in a draw of `sample`, so there is nothing to throw away. The step is Leimkuhler
        and Matthews', in which half of the noise is that of the step before: its density at rest is
        right to second order in the time step.

        Args:
            n: places of each.
            seed: of all.
            chains: how many molecules.
            every: steps from a place to the next.
            temperature: another one to draw and move at, for `reweighted`.

        Raises:
            ValueError: numbers that are not whole and positive, a temperature that is not positive.
        """
        for name, number in (("n", n), ("chains", chains), ("every", every)):
            check_whole(name, number, least=1)
        check_seed(seed)
        moving = self if temperature is None else replace(self, temperature=temperature)
        start, motion = np.random.SeedSequence(seed).spawn(2)
        x = moving.sample(chains, seed=start.generate_state(4).tolist())
        generator = np.random.default_rng(motion)
        kept = np.empty((n, chains, 2))
        half = np.sqrt(moving.temperature * self.step / 2)
        last = generator.standard_normal((chains, 2))
        for place in range(n):
            for noise in generator.standard_normal((every, chains, 2)):
                x = x - self.step * self.gradient(x) + half * (last + noise)
                last = noise
            kept[place] = x
        return kept.swapaxes(0, 1).reshape(-1, 2)

    def reweighted(self, x: Any, temperature: float) -> np.ndarray:
        """The weights that turn another temperature's density into this one's, the largest 1: (n,).

        exp(V/kT' - V/kT) of the places x (n, 2), up to a factor.
        """
        check_positive("temperature", temperature)
        logarithm = self.potential(x) * (1 / temperature - 1 / self.temperature)
        return np.exp(logarithm - logarithm.max())

    def principal_angle(self) -> float:
        """The direction of largest variance, from 0 to π."""
        axis = np.linalg.eigh(self.covariance())[1][:, 1]
        return float(np.arctan2(axis[1], axis[0]) % np.pi)

    def entropy(self) -> float:
        """H(x) = <V>/kT + ln Z in nats, by sums over the lattice: Ĩ of any bijective feature."""
        weights = self.weights()
        weights = weights[weights > 0]
        return float(-np.sum(weights * np.log(weights)) + 2 * np.log(self.spacing))

    def linear_rmi(self, direction: Any, *, points: int = 400) -> float:
        """Ĩ of w·x, H(w·x) - ln |w|, in nats: by quadrature on a lattice along w and across it.

        Raises:
            ValueError: a direction that is not two numbers, or zero.
        """
        w = np.asarray(direction, float)
        if w.shape != (2,) or not np.hypot(*w) > 0:
            raise ValueError(f"direction: expected two numbers, not both 0, got {direction}")
        along = w / np.hypot(*w)
        low, high = np.array(self.BOX).T
        reach = np.hypot(*(high - low)) / 2
        axis = np.linspace(-reach, reach, points)
        middle = (low + high) / 2
        across = np.array([-along[1], along[0]])
        places = middle + axis[:, None, None] * along + axis[:, None] * across
        with np.errstate(over="ignore"):
            energy = self.potential(places)
            density = np.exp(-(energy - energy.min()) / self.temperature).sum(axis=1)
        density /= density.sum() * (axis[1] - axis[0])
        inside = density[density > 0]
        return float(-np.sum(inside * np.log(inside)) * (axis[1] - axis[0]))

    def covariance(self) -> np.ndarray:
        """Of x, by sums over the lattice: (2, 2)."""
        places = np.stack(np.meshgrid(*self.axes(), indexing="ij"), axis=-1).reshape(-1, 2)
        weights = self.weights().ravel()
        away = places - weights @ places
        return (away * weights[:, np.newaxis]).T @ away

    def slowest(self) -> tuple[np.ndarray, float]:
        """The eigenfunction of the motion that decays last, and its time.

        On the lattice with axes (x₁, x₂), of mean 0 and mean square 1, 0 where no cell is; of the
        lattice's rates of jumps, made symmetric, by SciPy's eigsh.
        """
        weights = self.weights()
        inside = weights > 0
        number = np.cumsum(inside).reshape(inside.shape) - 1
        rate = self.temperature / self.spacing**2
        rows, columns, diagonal = [], [], np.zeros(inside.sum())
        for axis in (0, 1):
            both = np.moveaxis(inside, axis, 0)
            pair = both[1:] & both[:-1]
            first, second = (
                np.moveaxis(number, axis, 0)[part][pair] for part in (np.s_[:-1], np.s_[1:])
            )
            ratio = np.sqrt(weights[inside][second] / weights[inside][first])
            np.add.at(diagonal, first, ratio)
            np.add.at(diagonal, second, 1 / ratio)
            rows += [first, second]
            columns += [second, first]
        i, j = np.concatenate(rows), np.concatenate(columns)
        every = np.arange(len(diagonal))
        operator = coo_array(
            (
                np.concatenate([np.full(len(i), -rate), rate * diagonal]),
                (np.concatenate([i, every]), np.concatenate([j, every])),
            )
        ).tocsc()
        # a start of its own, since that of ARPACK is drawn anew each time
        start = np.random.default_rng(0).normal(size=len(diagonal))
        # below zero, where no eigenvalue is, so that the matrix to be solved is regular
        value, vector = eigsh(operator, k=2, sigma=-1e-3 * rate * self.spacing**2, v0=start)
        order = np.argsort(value, kind="stable")
        found = vector[:, order[1]] / np.sqrt(weights[inside])
        field = np.zeros(inside.shape)
        field[inside] = found * np.sign(found[np.argmax(np.abs(found))])
        field /= np.sqrt(np.sum(weights * field**2))
        return field, float(1 / value[order[1]])

    def at(self, field: Any, x: Any) -> np.ndarray:
        """The values at x (n, 2) of a field on the lattice, linear between its points: (n,)."""
        origin = np.array([axis[0] for axis in self.axes()])
        return map_coordinates(field, ((np.asarray(x) - origin) / self.spacing).T, order=1)
