"""Liquid drops: N particles in an ellipse of fixed area, fluctuating in shape, of Fig. 2c and 2d.

The ellipse has half-axes R + δr and R²/(R + δr), R = 1, with a Gaussian δr and a uniform
orientation. Particles start at random, then repel and attract each other while a wall holds them.
Use `LiquidDrop.paper` for the figure's protocol, which relaxes the drop without reaching a
temperature, and `LiquidDrop.thermal` for drops in equilibrium at a stated one. With `steps=0` it is
an ideal gas, whose answers `liquid_drop.exact` knows.

Lengths are in units of R, energies in units in which the pair law lies ½ above its minimum far
away, and time is such that the mobility is 1.
"""

import dataclasses
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from tqdm import tqdm

from data_generators._checks import check_choice, check_positive, check_real, check_whole
from data_generators._sampler import Sampler
from data_generators.liquid_drop._cache import ChunkCache
from data_generators.liquid_drop._chunks import Chunks
from data_generators.liquid_drop._pair_law import PairLaw
from data_generators.liquid_drop._relaxation import relax
from data_generators.liquid_drop._shapes import (
    LARGEST,
    SMALLEST,
    Shapes,
    lattice_places,
    random_shapes,
    uniform_places,
)

CHUNK = 64  # samples relaxed together; the bits of a sample depend on its place in its chunk
VERSION = "1"  # of the generator's bits: a new one makes cached chunks stale
WIDEST = 0.4  # a wider spread would be cut by SMALLEST so far that its name was wrong


@dataclass(frozen=True)
class LiquidDrop(Sampler):
    """The distribution of the positions of N particles; the defaults are the paper's protocol.

    A sample x is (2N,): the first coordinates of all particles, then the second ones, so that
    `x.reshape(n, 2, N)` parts them. Particles are exchangeable.

    Args:
        deformation: the spread √<δr²>, 0 to 0.4. δr is cut below -0.8 and above 4, which is the
            same ellipse; that lowers the spread by less than 0.1 % up to 0.2 and by 6 % at 0.4.
        particles: N, at least 2.
        exponent: n of the pair law.
        distance: of two particles at the pair law's minimum.
        core: the radius of the pair law's harmonic core.
        core_stiffness: of the core; None continues the force at its rim.
        wall: the size of the force that draws back what is outside the ellipse.
        wall_force: "central" points to the centre; "gradient" follows from an energy.
        temperature: kT.
        step: time of a step; times the pair law's stiffness it should stay well below 1, which is
            not checked.
        steps: how many steps.
        start: "uniform" in the ellipse, or a sunflower "lattice" with its labels permuted.

    Raises:
        ValueError: an argument outside of what is said above, before anything is simulated.

    Example:
        >>> from data_generators import LiquidDrop
        >>> drop = LiquidDrop.paper(deformation=0.1, particles=20)
        >>> drop.sample(100, seed=0).shape
        (100, 40)
    """

    dtype: ClassVar = np.float32

    deformation: float = 0.15
    particles: int = 250
    exponent: int = 1
    distance: float = 0.4
    core: float = 0.06
    core_stiffness: float | None = 2 / 0.06**2
    wall: float = 50.0
    wall_force: str = "central"
    temperature: float = 5e-5
    step: float = 1e-5
    steps: int = 100
    start: str = "uniform"

    def __post_init__(self) -> None:
        check_real("deformation", self.deformation, least=0, most=WIDEST)
        check_whole("particles", self.particles, least=2)
        check_whole("exponent", self.exponent, least=1)
        check_positive("distance", self.distance)
        check_positive("core", self.core)
        if self.core_stiffness is not None:
            check_real("core_stiffness", self.core_stiffness, least=0)
        check_real("wall", self.wall, least=0)
        check_choice("wall_force", self.wall_force, ("central", "gradient"))
        check_real("temperature", self.temperature, least=0)
        check_positive("step", self.step)
        check_whole("steps", self.steps, least=0)
        check_choice("start", self.start, ("uniform", "lattice"))

    @classmethod
    def paper(cls, **changes: Any) -> "LiquidDrop":
        """The protocol behind Fig. 2: 100 steps downhill from random places, hardly any noise.

        It relaxes the drop and does not thermalise it: kT = 5e-5 against pair energies of 2 to 20,
        and the energy still falls when it stops.
        """
        return cls(**changes)

    @classmethod
    def thermal(cls, *, particles: int = 250, **changes: Any) -> "LiquidDrop":
        """Drops in equilibrium at kT = ½, the depth of the pair law, which is Lennard-Jones's.

        The particles are as dense as a triangular lattice at the pair law's distance. The core
        begins where the pair energy is 21 kT, so that it only tames bad starts. The slowest
        motions, of the centre of mass and of the elongation, lose a factor e of their start in 2000
        to 2500 steps; hence the number of steps, and 5 CPU-minutes for a thousand samples.
        """
        check_whole("particles", particles, least=2)
        distance = float(np.sqrt(2 * np.pi / (np.sqrt(3) * particles)))
        law = {"exponent": 6, "distance": distance, "core": 0.75 * distance, "core_stiffness": None}
        motion = {"temperature": 0.5, "step": 1e-5, "steps": 10_000}
        frame = {"wall_force": "gradient", "start": "lattice"}
        return cls(particles=particles, **(law | motion | frame | changes))

    @classmethod
    def preset(cls, name: str, **changes: Any) -> "LiquidDrop":
        """The preset of that name, "paper" or "thermal", with the given arguments changed."""
        presets = {"paper": cls.paper, "thermal": cls.thermal}
        check_choice("preset", name, tuple(presets))
        return presets[name](**changes)

    @property
    def law(self) -> PairLaw:
        """The energy of a pair."""
        return PairLaw(self.exponent, self.distance, self.core, self.core_stiffness)

    def shapes(self, n: int, *, seed: int) -> Shapes:
        """The ellipses of the samples of `sample`, each field (n,)."""
        chunks = range(len(self.chunks(n, seed=seed)))
        each = [self._begin(seed, i)[1] for i in chunks]
        return Shapes(*(np.concatenate(field)[:n] for field in zip(*each, strict=True)))

    def sample(
        self, n: int, *, seed: int, cache: Path | None = None, progress: bool = False
    ) -> np.ndarray:
        """Draw n samples, (n, 2N), on all cores.

        The same seed gives the same bits on any number of cores, if the caller has TensorFlow run
        each operation on one thread (`tf.config.threading.set_intra_op_parallelism_threads(1)`).
        Its random draws don't depend on the deformation, so curves over it are smooth.

        Args:
            n: how many samples.
            seed: a whole number, 0 or more.
            cache: a folder in which finished chunks are kept and looked for; None keeps nothing.
            progress: show a progress bar.

        Raises:
            ValueError: n or seed is no whole number or too small.
        """
        chunks = self.chunks(n, seed=seed, cache=cache)
        return np.concatenate(list(tqdm(chunks, disable=not progress, unit="chunk")))

    def chunks(self, n: int, *, seed: int, cache: Path | None = None) -> Chunks:
        """The samples of `sample` as a sequence of chunks (m, 2N), each made when it is asked for.

        Reading it again makes the samples again, unless they are cached. Iterating uses all cores,
        indexing one. The bits of chunk i depend on this drop, the seed and i alone, not on n.
        """
        check_whole("n", n, least=1)
        check_whole("seed", seed, least=0)
        kept = None
        if cache is not None:
            run = dataclasses.asdict(self) | {"seed": seed, "version": VERSION}
            kept = ChunkCache(Path(cache), run, (CHUNK, 2 * self.particles))
        return Chunks(functools.partial(self._make, seed), CHUNK, n, kept)

    def fill(self, shapes: Shapes, *, seed: int) -> np.ndarray:
        """Samples with the given ellipses in place of random ones: (n, 2N) float32.

        Args:
            shapes: δr and orientation, each (n,).
            seed: a whole number, 0 or more.

        Raises:
            ValueError: no shape, fields of different lengths, δr not from -0.8 to 4, an orientation
                that is not finite.
        """
        deformation, orientation = (np.atleast_1d(np.asarray(v, np.float64)) for v in shapes)
        fields = deformation.shape, orientation.shape
        if deformation.ndim != 1 or fields[0] != fields[1] or deformation.size == 0:
            raise ValueError(
                "shapes: expected deformation (n,) and orientation (n,), n >= 1, got "
                f"{fields[0]} and {fields[1]}"
            )
        for value in deformation:
            check_real("shapes.deformation", value, least=SMALLEST, most=LARGEST)
        if not np.isfinite(orientation).all():
            raise ValueError(f"shapes.orientation: expected finite numbers, got {orientation}")
        check_whole("seed", seed, least=0)
        n = len(deformation)
        spare = (0, -n % CHUNK)
        every = [np.pad(field, spare).reshape(-1, CHUNK) for field in (deformation, orientation)]
        chunks = enumerate(zip(*every, strict=True))
        return np.concatenate([self._make(seed, i, Shapes(*fields)) for i, fields in chunks])[:n]

    def _begin(self, seed: int, index: int) -> tuple[np.random.Generator, Shapes]:
        # Each chunk draws from a seed of its own, always in this order: shapes, places, noise.
        generator = np.random.Generator(np.random.SFC64([seed, index]))
        return generator, random_shapes(generator, CHUNK, spread=self.deformation)

    def _make(self, seed: int, index: int, shapes: Shapes | None = None) -> np.ndarray:
        generator, drawn = self._begin(seed, index)
        shapes = drawn if shapes is None else shapes
        places = lattice_places if self.start == "lattice" else uniform_places
        x = places(generator, self.particles, CHUNK) * shapes.half_axes[:, np.newaxis]
        if self.steps > 0:
            x = relax(
                self.law,
                x,
                shapes.half_axes,
                lambda m: generator.standard_normal((m, *x.shape), np.float32),
                steps=self.steps,
                step=self.step,
                temperature=self.temperature,
                wall=self.wall,
                central_wall=self.wall_force == "central",
            )
        # The relaxation knows no direction but the half-axes', so the turn comes last.
        cos, sin = np.cos(shapes.orientation), np.sin(shapes.orientation)
        turned = np.concatenate([cos * x[0] - sin * x[1], sin * x[0] + cos * x[1]])
        return np.ascontiguousarray(turned.T, np.float32)
