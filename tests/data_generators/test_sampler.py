"""The contract of the samplers, kept by each of them."""

import dataclasses

import numpy as np
import pytest

import data_generators
from data_generators import (
    Blob,
    Camera,
    DoubleWell,
    HenonMap,
    LatticeField,
    LiquidDrop,
    LogisticMap,
    Lorenz63,
    MullerBrown,
    OscillatorChain,
    Spiral,
    UniformNoise,
    VariedPacket,
    WavePacket,
)
from data_generators._sampler import Sampler
from data_generators.known_entropies import KINDS

SMALL = [
    WavePacket(sites=12, positions=(3, 9)),
    VariedPacket(sites=12, positions=(3, 9)),
    LiquidDrop.paper(particles=5, steps=3),
    Spiral(),
    LogisticMap(steps=3),
    HenonMap(),
    Lorenz63(settling=1.0),
    OscillatorChain(sites=4),
    LatticeField(sides=4),
    UniformNoise(),
    Camera(),
    Blob(side=8, places=(2, 6)),
    MullerBrown(spacing=0.1),
    DoubleWell(spacing=0.1),
    *(kind(3) for kind in KINDS),
]
WITH_SEVERAL_SEEDS = [s for s in SMALL if not isinstance(s, WavePacket | LiquidDrop)]


def name_of(system):
    return getattr(system, "kind", type(system).__name__)


every = pytest.mark.parametrize("system", SMALL, ids=name_of)


def test_every_system_is_here():
    systems = {thing for thing in vars(data_generators).values() if isinstance(thing, type)}
    assert {type(system) for system in SMALL} == {s for s in systems if issubclass(s, Sampler)}


@every
def test_a_sample_is_n_rows_of_its_type_and_the_same_bits_from_a_seed(system):
    x = system.sample(70, seed=3)
    assert x.ndim == 2 and len(x) == 70
    assert x.dtype == system.dtype in (np.float32, np.float64)
    assert np.array_equal(x, system.sample(70, seed=3))
    assert not np.any(np.all(x == system.sample(70, seed=4), axis=1))


@every
def test_the_chunks_are_the_sample_and_can_be_read_again(system):
    x, chunks = system.sample(150, seed=5), system.chunks(150, seed=5)
    for _ in range(2):
        assert np.array_equal(np.concatenate(list(chunks)), x)
    assert np.array_equal(np.concatenate([chunks[i] for i in range(len(chunks))]), x)


@every
@pytest.mark.parametrize("n", [0, -1, 1.5, float("nan"), "10", None, True])
def test_a_bad_number_of_samples_is_named(system, n):
    for method in (system.sample, system.chunks):
        with pytest.raises(ValueError, match=r"^n: expected a whole number >= 1, got "):
            method(n, seed=0)


@every
@pytest.mark.parametrize("seed", [-1, 1.5, None, "a", [0, -1]])
def test_a_bad_seed_is_named(system, seed):
    for method in (system.sample, system.chunks):
        with pytest.raises(ValueError, match=r"^seed: expected a whole number >= 0, got "):
            method(10, seed=seed)


@pytest.mark.parametrize("system", WITH_SEVERAL_SEEDS, ids=name_of)
def test_a_run_and_its_step_are_a_seed(system):
    x = system.sample(10, seed=[1, 2])
    assert np.array_equal(x, system.sample(10, seed=np.array([1, 2])))
    assert not np.array_equal(x, system.sample(10, seed=[2, 1]))


@every
def test_no_field_changes_after_it_was_checked(system):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(system, dataclasses.fields(system)[0].name, 1)
