"""The liquid drop against its literal version, exact moments of the ideal gas, and itself."""

import dataclasses
import os
import subprocess
import sys
import threading
from pathlib import Path

from rmi_tf import feature_terms, renormalized_mutual_information, second_moments
from rmi_tf.computing.quiet_tensorflow import tf

import numpy as np
import pytest

from data_generators.liquid_drop import (
    CHUNK,
    LiquidDrop,
    Shapes,
    gas_second_moments_rmi,
    gas_variance,
)
from data_generators.liquid_drop._pair_law import PairLaw
from data_generators.liquid_drop._relaxation import relax
from tests.literal import literal_drop

PAPER, THERMAL = LiquidDrop.paper(), LiquidDrop.thermal()
LAWS = {"paper": PAPER.law, "thermal": THERMAL.law, "odd": PairLaw(3, 0.3, 0.05)}
GAS = LiquidDrop.paper(deformation=0.15, particles=20, steps=0)


def literal_law(law):
    return dataclasses.asdict(law) | {"core_stiffness": law.stiffness}


def places(drop, n, seed):
    """Samples as (n, N, 2) with their ellipses."""
    x = drop.sample(n, seed=seed).reshape(n, 2, drop.particles).transpose(0, 2, 1)
    return x.astype(np.float64), drop.shapes(n, seed=seed)


def within_four_standard_errors(values, truth):
    values = np.asarray(values, np.float64)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return np.all(np.abs(values.mean(axis=0) - truth) < 4 * error)


# --- the pair law ---


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_force_is_the_negative_gradient_of_the_energy(law):
    # no point on the core's rim itself, where the paper's force jumps
    r = tf.concat(
        [tf.linspace(0.02, 0.999, 40) * law.core, tf.linspace(1.001, 30.0, 200) * law.core], 0
    )
    r = tf.cast(r, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(r)
        energy = law.energy(r)
    force = -tape.gradient(energy, r)
    np.testing.assert_allclose(law.force_over_distance(r**2) * r, force, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_energy_is_least_and_zero_at_the_distance(law):
    r = np.linspace(0.01, 1.0, 9901)
    energy = law.energy(r).numpy()
    assert abs(r[energy.argmin()] - law.distance) < 1e-4
    assert law.energy(np.array([law.distance])).numpy() == pytest.approx(0, abs=1e-15)
    assert law.energy(np.array([1e6])).numpy() == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_energy_has_no_step_at_the_core(law):
    inside, outside = law.energy(law.core * np.array([1 - 1e-9, 1 + 1e-9])).numpy()
    assert inside == pytest.approx(outside, rel=1e-6)


def test_the_paper_s_core_still_repels_and_the_thermal_one_continues_the_force():
    rim = np.array([0.0599, 0.0601])
    just_inside, just_outside = PAPER.law.force_over_distance(rim**2).numpy()
    assert just_inside * 0.06 == pytest.approx(2 / 0.06)  # 33, as published
    assert just_outside * 0.06 == pytest.approx(630, rel=0.01)
    rim = THERMAL.law.core * np.array([1 - 1e-6, 1 + 1e-6])
    inside, outside = THERMAL.law.force_over_distance(rim**2).numpy()
    assert inside == pytest.approx(outside, rel=1e-4)


# --- the relaxation ---


@pytest.mark.parametrize("drop", [PAPER, dataclasses.replace(PAPER, particles=37, temperature=0.5)])
def test_the_compiled_relaxation_agrees_with_the_literal_one(drop):
    n, steps = 4, 60
    drop = dataclasses.replace(drop, deformation=0.2, steps=0)
    x, (deformation, orientation) = places(drop, n, seed=3)
    noise = np.random.default_rng(4).standard_normal((steps + 1, n, drop.particles, 2))
    settings = {"step": drop.step, "temperature": drop.temperature, "wall": drop.wall}
    # The compiled one lives in the frame of the ellipse, with its samples last.
    start = literal_drop.in_body_frame(x, orientation).transpose(2, 1, 0)
    turned = np.stack([literal_drop.in_body_frame(z, orientation) for z in noise])
    draws = iter(turned.transpose(0, 3, 2, 1).astype(np.float32))
    fast = relax(
        drop.law, start, Shapes(deformation, orientation).half_axes,
        lambda m: np.stack([next(draws) for _ in range(m)]),
        steps=steps, central_wall=True, **settings,
    )  # fmt: skip
    slow = literal_drop.relax(
        x, deformation, orientation, noise, **settings, **literal_law(drop.law)
    )
    slow = literal_drop.in_body_frame(slow, orientation)
    distance = np.abs(fast.transpose(2, 1, 0) - slow).max(axis=(1, 2))
    moved = np.abs(slow - start.transpose(2, 1, 0)).max()
    # float32 rounds a place by 6e-8 and a step's displacement, summed over 250 neighbours, by about
    # 1e-9; a pair near the core's rim, where the force jumps by 600, may leave on the other side
    # of it and differ by step × 600 = 6e-3. So most samples agree closely and none is far off.
    assert moved > 0.01
    assert np.median(distance) < 1e-5
    assert distance.max() < 2e-2


def test_the_gradient_wall_follows_from_its_energy():
    # One pair so far apart that it exerts no force of note; one step without noise shows the force.
    law = PairLaw(6, 1e-3, 1e-4)
    half_axes = np.array([[1.25], [0.8]])
    start = np.array([[[1.2], [-0.3]], [[0.5], [-0.9]]])
    after = relax(
        law, start, half_axes, lambda m: np.zeros((m, 2, 2, 1)),
        steps=1, step=1e-3, temperature=0.0, wall=50.0, central_wall=False,
    )  # fmt: skip
    x = tf.constant(start)
    with tf.GradientTape() as tape:
        tape.watch(x)
        rho = tf.sqrt(tf.reduce_sum((x / half_axes[:, np.newaxis]) ** 2, axis=0))
        energy = tf.reduce_sum(50 * tf.nn.relu(rho - 1))
    np.testing.assert_allclose(after - start, -1e-3 * tape.gradient(energy, x), atol=3e-7)


def test_temperature_without_forces_makes_brownian_motion():
    drop = LiquidDrop(
        particles=10, distance=1e-4, exponent=6, core=1e-5, wall=0.0, temperature=0.5, steps=80
    )
    moved = drop.sample(640, seed=0) - dataclasses.replace(drop, steps=0).sample(640, seed=0)
    # ⟨Δx²⟩ = 2 kT t; averaging successive normals takes 1/(2 steps) of it away.
    truth = 2 * 0.5 * drop.step * (drop.steps - 0.5)
    assert within_four_standard_errors((moved**2).mean(axis=1), truth)


# --- shapes and the ideal gas ---


def test_every_ellipse_has_the_area_of_the_unit_disc_and_holds_its_particles():
    for drop in (GAS, dataclasses.replace(GAS, start="lattice")):
        x, shapes = places(drop, 500, seed=1)
        np.testing.assert_allclose(shapes.half_axes.prod(axis=0), 1, rtol=1e-12)
        # float32 may round a particle on the rim out by 1e-6, no further
        assert not literal_drop.outside_ellipse(x / (1 + 1e-6), *shapes).any()


def test_the_gas_fills_the_ellipse_uniformly():
    # In the frame of the half-axes, over a and b: the square of the radius and the angle.
    x, shapes = places(GAS, 2000, seed=2)
    disc = literal_drop.in_body_frame(x, shapes.orientation) / shapes.half_axes.T[:, np.newaxis]
    u, v = disc[..., 0], disc[..., 1]
    moments = [u, v, u * v, u**2, v**2, u**4, u**2 * v**2]
    truth = [0, 0, 0, 1 / 4, 1 / 4, 1 / 8, 1 / 24]
    # one value a sample: particles of one sample share nothing, but this is safe for any of them
    for moment, exact in zip(moments, truth, strict=True):
        assert within_four_standard_errors(moment.mean(axis=1), exact)


def test_orientations_are_uniform_and_deformations_gaussian():
    drop = LiquidDrop.paper(deformation=0.15, particles=2, steps=0)
    deformation, orientation = drop.shapes(20_000, seed=5)
    assert orientation.min() >= 0
    assert orientation.max() < 2 * np.pi
    for k in (1, 2, 3):
        assert within_four_standard_errors(np.cos(k * orientation), 0)
        assert within_four_standard_errors(np.sin(k * orientation), 0)
    for power, truth in ((1, 0), (2, 0.15**2), (3, 0), (4, 3 * 0.15**4)):
        assert within_four_standard_errors(deformation**power, truth)


def test_deformations_are_cut_where_the_ellipse_is_five_by_a_fifth():
    wide = LiquidDrop.paper(deformation=0.4, particles=2, steps=0).shapes(50_000, seed=6)
    assert -0.8 <= wide.deformation.min() < -0.75
    assert wide.deformation.max() < 4
    low, high = Shapes(np.array([-0.8, 4.0]), np.zeros(2)).half_axes.T
    np.testing.assert_allclose(low, high[::-1])


@pytest.mark.parametrize(("spread", "loss"), [(0.2, 0.001), (0.4, 0.06)])
def test_the_cut_lowers_the_spread_as_the_docstring_says(spread, loss):
    from scipy.stats import truncnorm

    kept = truncnorm(-0.8 / spread, 4 / spread, scale=spread)
    assert 0 <= 1 - np.sqrt(kept.moment(2)) / spread < loss


def test_the_gas_variance_is_that_of_its_coordinates():
    # one value a sample, the mean over its particles and both coordinates
    x = GAS.sample(5000, seed=3).astype(np.float64)
    assert within_four_standard_errors((x**2).mean(axis=1), gas_variance(GAS.deformation))


@pytest.mark.parametrize("deformation", [0.0, 0.05, 0.2])
def test_the_volume_term_of_the_gas_s_second_moments_is_exact(deformation):
    drop = LiquidDrop.paper(deformation=deformation, steps=0)
    x = drop.sample(2000, seed=4).reshape(-1, 2, drop.particles).astype(np.float64)
    jacobian_squared = 4 / drop.particles * (x**2).mean(axis=2)
    exact = gas_second_moments_rmi(deformation, drop.particles, points=4096, turns=32)
    assert within_four_standard_errors(np.log(jacobian_squared).sum(axis=1) / 2, exact.log_volume)


def test_the_entropy_of_an_undeformed_gas_s_second_moments_is_the_gaussian_one():
    # variance 1/8 - 1/16 and covariance 1/24 - 1/16 of x₁², x₂² in the unit disc, over N
    determinant = (1 / 16**2 - (1 / 24 - 1 / 16) ** 2) / 250**2
    exact = np.log(2 * np.pi * np.e) + np.log(determinant) / 2
    found = gas_second_moments_rmi(0.0, 250).entropy
    assert found == pytest.approx(exact, abs=1e-3)  # error of 8192 low-discrepancy points


def test_the_second_moments_are_means_of_squares_with_orthogonal_gradients():
    x = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])  # three particles
    y, volume = feature_terms(second_moments, tf.constant(x))
    np.testing.assert_allclose(y, [[14 / 3, 77 / 3]], rtol=1e-14)
    # gradients (2/3)(1, 2, 3) and (2/3)(4, 5, 6), of different coordinates
    np.testing.assert_allclose(volume, np.log([4 / 9 * np.sqrt(14 * 77)]), rtol=1e-14)


def test_the_second_moments_of_half_a_particle_are_refused():
    with pytest.raises(ValueError, match=r"samples: expected shape \(n, 2N\), got \(4, 3\)"):
        second_moments(tf.zeros((4, 3)))


@pytest.mark.slow
@pytest.mark.parametrize("deformation", [0.02, 0.1, 0.2])
def test_the_rmi_of_the_gas_s_second_moments_is_the_exact_one(deformation):
    drop = LiquidDrop.paper(deformation=deformation, steps=0)
    found = renormalized_mutual_information(second_moments, drop.chunks(8000, seed=8))
    exact = gas_second_moments_rmi(deformation, drop.particles)
    assert abs(found.rmi - exact.rmi) < 4 * found.se
    assert found.se < 0.02


# --- equilibrium ---


def test_the_configurational_temperature_s_parts_follow_from_the_energy():
    # by finite differences, of three particles of which one lies outside
    law = literal_law(PairLaw(6, 0.5, 0.3))
    x, shape = np.array([[[0.1, 0.2], [0.5, 0.35], [1.3, 0.1]]]), (np.array([0.1]), np.array([0.4]))

    def energies(x):
        body = literal_drop.in_body_frame(x, shape[1])
        rho = np.sqrt((body[..., 0] / 1.1) ** 2 + (body[..., 1] * 1.1) ** 2)
        return literal_drop.pair_energy(x, **law), (50 * np.maximum(rho - 1, 0)).sum(axis=1)

    h = 1e-4
    steps = h * np.eye(6).reshape(6, 1, 3, 2)
    pairs = np.array([[energies(x + s)[0], energies(x - s)[0]] for s in steps])[..., 0]
    wall = np.array([[energies(x + s)[1], energies(x - s)[1]] for s in steps])[..., 0]
    gradient, wall_gradient = ((each[:, 0] - each[:, 1]) / (2 * h) for each in (pairs, wall))
    laplacian = ((pairs.sum(axis=1) - 2 * energies(x)[0]) / h**2).sum()
    above, below = literal_drop.configurational_temperature(x, *shape, wall=50.0, **law)
    assert above[0] == pytest.approx((gradient + wall_gradient) @ gradient, rel=1e-5)
    assert below[0] == pytest.approx(laplacian, rel=1e-5)


@pytest.mark.paper
def test_the_thermal_preset_holds_its_temperature_and_forgets_its_start():
    # 60 particles, for speed; bench_drop.py does the same at 250
    n, drops = 512, {}
    base = LiquidDrop.thermal(particles=60, deformation=0.1, steps=12_000)
    for start in ("lattice", "uniform"):
        drop = dataclasses.replace(base, start=start)
        x, shapes = places(drop, n, seed=13)
        above, below = literal_drop.configurational_temperature(
            x, *shapes, wall=drop.wall, **literal_law(drop.law)
        )
        assert above.mean() / below.mean() == pytest.approx(0.5, rel=0.03)
        second_moment, centre = (x[..., 0] ** 2).mean(axis=1), x[..., 0].mean(axis=1)
        drops[start] = (
            literal_drop.pair_energy(x, **literal_law(drop.law)),
            (second_moment - second_moment.mean()) ** 2,
            (centre - centre.mean()) ** 2,
        )
    # same shapes, so the difference sample by sample is the sharper test
    for lattice, uniform in zip(*drops.values(), strict=True):
        assert within_four_standard_errors(lattice - uniform, 0)


# --- seeds and bits ---

SMALL = LiquidDrop.paper(particles=12, steps=8)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    a = SMALL.sample(70, seed=1)
    assert a.shape == (70, 24)
    assert a.dtype == np.float32
    assert np.array_equal(a, SMALL.sample(70, seed=1))
    assert not np.array_equal(a, SMALL.sample(70, seed=2))


def test_a_chunk_does_not_depend_on_how_many_there_are_or_how_they_are_read():
    many, few = SMALL.chunks(3 * CHUNK, seed=7), SMALL.chunks(CHUNK + 5, seed=7)
    assert [len(chunk) for chunk in few] == [CHUNK, 5]
    assert np.array_equal(many[1][:5], few[1])
    assert np.array_equal(many[-1], many[2])
    assert np.array_equal(np.concatenate(list(many)), np.concatenate(many[:]))
    with pytest.raises(IndexError):
        many[3]


def test_the_draws_do_not_depend_on_the_deformation():
    gas = [LiquidDrop.paper(deformation=d, particles=5, steps=0) for d in (0.05, 0.1)]
    narrow, wide = (drop.shapes(CHUNK, seed=3) for drop in gas)
    assert np.array_equal(narrow.orientation, wide.orientation)
    np.testing.assert_allclose(wide.deformation, 2 * narrow.deformation, rtol=1e-9)


def test_threads_do_not_change_the_bits():
    chunks = SMALL.chunks(8 * CHUNK, seed=9)
    alone = [chunks[i] for i in range(8)]
    found = [None] * 8

    def work(i):
        found[i] = chunks[i]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(a, b) for a, b in zip(alone, found, strict=True))


DIGEST = """
import hashlib
from rmi_tf.computing.quiet_tensorflow import use_one_thread_per_operation
from data_generators.liquid_drop import LiquidDrop
use_one_thread_per_operation()
x = LiquidDrop.paper(steps=10).sample(200, seed=11)
print(hashlib.sha256(x.tobytes()).hexdigest())
"""


@pytest.mark.paper
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="pinning needs Linux")
def test_the_number_of_cores_does_not_change_the_bits():
    cores = sorted(os.sched_getaffinity(0))

    def digest(allowed):
        return subprocess.run(
            [sys.executable, "-c", DIGEST],
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    assert digest(cores[:1]) == digest(cores)


STREAM = """
import resource
from data_generators.liquid_drop import LiquidDrop
chunks = LiquidDrop.paper(steps=0).chunks(100_000, seed=0)  # 200 MB, if all were kept
peaks = []
for chunk in chunks:
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print((peaks[-1] - peaks[len(peaks) // 10]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
def test_memory_does_not_grow_with_the_number_of_samples():
    grown = subprocess.run(
        [sys.executable, "-c", STREAM],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert int(grown) < 40  # MB


@pytest.mark.parametrize("start", ["uniform", "lattice"])
def test_particles_are_exchangeable(start):
    # Each label's radius and each pair of neighbouring labels has the same distribution.
    drop = dataclasses.replace(SMALL, start=start)
    x, _ = places(drop, 2000, seed=12)
    radius = (x**2).sum(axis=-1)
    assert within_four_standard_errors(radius - radius.mean(axis=1, keepdims=True), 0)
    scalar = (x * np.roll(x, 1, axis=1)).sum(axis=-1)
    assert within_four_standard_errors(scalar - scalar.mean(axis=1, keepdims=True), 0)


def test_given_shapes_are_filled():
    shapes = Shapes(np.array([0.3, -0.2, 0.0]), np.array([0.0, 1.0, 2.0]))
    x = LiquidDrop.paper(particles=30, steps=0).fill(shapes, seed=1)
    assert x.shape == (3, 60)
    x = x.reshape(3, 2, 30).transpose(0, 2, 1)
    assert not literal_drop.outside_ellipse(x / (1 + 1e-6), *shapes).any()
    own = SMALL.shapes(CHUNK + 3, seed=2)
    assert np.array_equal(SMALL.fill(own, seed=2), SMALL.sample(CHUNK + 3, seed=2))


# --- the cache ---


def files(folder):
    return sorted(folder.rglob("*.bin"))


def test_the_cache_keeps_the_bits_and_grows_with_n(tmp_path):
    fresh = SMALL.sample(150, seed=1)
    assert np.array_equal(SMALL.sample(70, seed=1, cache=tmp_path), fresh[:70])
    assert len(files(tmp_path)) == 2
    assert np.array_equal(SMALL.sample(150, seed=1, cache=tmp_path), fresh)
    assert len(files(tmp_path)) == 3
    assert not list(tmp_path.rglob("*.part"))


def test_a_run_that_was_stopped_makes_only_what_was_not_finished(tmp_path, monkeypatch):
    made = []

    def counted(self, seed, index, make=LiquidDrop._make):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(index)
        return make(self, seed, index)

    with monkeypatch.context() as patch:
        patch.setattr(LiquidDrop, "_make", counted)
        chunks = SMALL.chunks(5 * CHUNK, seed=1, cache=tmp_path)
        with pytest.raises(KeyboardInterrupt):
            chunks[:]
        assert len(files(tmp_path)) == 3
        made[:] = []  # start again
        again = chunks[:]
    assert made == [3, 4]
    assert np.array_equal(np.concatenate(again), SMALL.sample(5 * CHUNK, seed=1))


def test_a_chunk_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        SMALL.chunks(5, seed=1, cache=tmp_path)[0]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty"])
def test_a_damaged_or_foreign_file_is_made_again(tmp_path, damage):
    fresh = SMALL.sample(2 * CHUNK, seed=1, cache=tmp_path)
    first, second = files(tmp_path)
    content = bytearray(first.read_bytes())
    content[100] ^= 1
    first.write_bytes(
        {
            "cut": content[:-8],
            "flipped": content,
            "foreign": second.read_bytes(),
            "empty": b"",
        }[damage]
    )
    assert np.array_equal(SMALL.sample(2 * CHUNK, seed=1, cache=tmp_path), fresh)


OTHERS = {"deformation": 0.1, "steps": 9, "wall": 40.0, "temperature": 1e-4, "start": "lattice"}


@pytest.mark.parametrize(("field", "value"), OTHERS.items())
def test_the_cache_tells_runs_apart(tmp_path, field, value):
    other = dataclasses.replace(SMALL, **{field: value})
    SMALL.sample(5, seed=1, cache=tmp_path)
    kept = other.sample(5, seed=1, cache=tmp_path)
    assert np.array_equal(kept, other.sample(5, seed=1))
    SMALL.sample(5, seed=2, cache=tmp_path)
    assert len(files(tmp_path)) == 3


# --- bad input ---


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deformation", -0.1), ("deformation", 0.5), ("deformation", float("nan")),
        ("deformation", "0.1"), ("particles", 1), ("particles", 250.0), ("particles", -3),
        ("particles", True), ("exponent", 0), ("exponent", 1.5), ("distance", 0.0),
        ("distance", -1.0), ("core", 0.0), ("core_stiffness", -1.0), ("wall", -50.0),
        ("wall_force", "hard"), ("temperature", -0.5), ("step", 0.0), ("steps", -1),
        ("steps", 10.5), ("start", "middle"), ("temperature", float("inf")),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(field, value):
    with pytest.raises(ValueError, match=rf"^{field}: expected .*, got "):
        LiquidDrop(**{field: value})


def test_the_cache_takes_numpy_s_numbers_for_python_s(tmp_path):
    SMALL.sample(1, seed=1, cache=tmp_path)
    dataclasses.replace(SMALL, particles=np.int64(12)).sample(1, seed=np.int64(1), cache=tmp_path)
    assert len(files(tmp_path)) == 1


def test_bad_presets_sizes_and_shapes_are_named():
    with pytest.raises(ValueError, match="preset: expected one of paper, thermal, got 'papper'"):
        LiquidDrop.preset("papper")
    with pytest.raises(ValueError, match="particles: expected a whole number >= 2, got 0"):
        LiquidDrop.thermal(particles=0)
    for n in (0, -5, 10.0, "10"):
        with pytest.raises(ValueError, match="n: expected a whole number >= 1"):
            SMALL.sample(n, seed=1)
    with pytest.raises(ValueError, match="seed: expected a whole number >= 0"):
        SMALL.chunks(5, seed=-1)
    for deformation in (-1.0, -0.9, 4.5, float("nan")):
        with pytest.raises(ValueError, match=r"shapes.deformation: expected a finite number"):
            SMALL.fill(Shapes(np.array([deformation]), np.zeros(1)), seed=1)
    with pytest.raises(ValueError, match="shapes: expected deformation"):
        SMALL.fill(Shapes(np.zeros(2), np.zeros(3)), seed=1)
    with pytest.raises(ValueError, match="shapes: expected deformation"):
        SMALL.fill(Shapes(np.zeros(0), np.zeros(0)), seed=1)


def test_presets_take_changes():
    assert LiquidDrop.preset("paper", deformation=0.1) == LiquidDrop.paper(deformation=0.1)
    assert LiquidDrop.preset("thermal", steps=7).steps == 7
    assert LiquidDrop.thermal(particles=100).distance == pytest.approx(0.1905, abs=1e-4)
