import math

from rmi_tf import spacings_terms

import numpy as np
import pytest
from scipy import integrate, stats

from data_generators import WavePacket, covariance, linear_rmi
from data_generators.wave_packet import BLOCK

SITES = np.arange(1, 101)  # j = 1..N
MEAN_FIELD = np.full(100, 0.01)
AMPLITUDE_POSITION = SITES / 100


# ---- sampling ----


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    system = WavePacket()
    x = system.sample(300, seed=1)
    assert x.dtype == np.float32 and x.shape == (300, 100)
    assert np.array_equal(x, system.sample(300, seed=1))
    assert not np.isclose(x, system.sample(300, seed=2)).any(axis=1).all()


def test_a_sample_is_its_chunks_one_after_another():
    system = WavePacket()
    chunks = system.chunks(2 * BLOCK + 10, seed=3)
    assert [len(chunk) for chunk in chunks] == [BLOCK, BLOCK, 10]
    assert len(chunks) == 3 and np.array_equal(chunks[-1], chunks[2])
    assert [len(chunk) for chunk in chunks[1:]] == [BLOCK, 10]
    x = system.sample(2 * BLOCK + 10, seed=3)
    assert np.array_equal(np.concatenate(list(chunks)), x)
    with pytest.raises(IndexError):
        chunks[3]


@pytest.mark.parametrize("n", [1, 100, BLOCK, BLOCK + 1])
def test_fewer_samples_are_the_first_of_more(n):
    system = WavePacket(sites=10, positions=(3, 7))
    assert np.array_equal(system.sample(n, seed=1), system.sample(2 * BLOCK, seed=1)[:n])
    assert np.array_equal(system.position(n, seed=1), system.position(2 * BLOCK, seed=1)[:n])


def test_blocks_are_independent():
    x = WavePacket(positions=(40, 40.001)).sample(2 * BLOCK, seed=1)
    correlation = np.corrcoef(x[:BLOCK, 10], x[BLOCK:, 10])[0, 1]
    assert abs(correlation) < 4 / math.sqrt(BLOCK)


def test_the_position_is_where_the_packet_is_highest():
    system = WavePacket(noise=0)
    position, x = system.position(500, seed=4), system.sample(500, seed=4)
    assert np.all((position >= 30) & (position <= 70))
    assert np.all(np.abs(SITES[x.argmax(axis=1)] - position) <= 0.5 + 1e-6)
    assert x == pytest.approx(system.packet(position), abs=1e-6)  # float32 of numbers below one


def test_draws_serve_every_noise():
    quiet, loud = WavePacket(noise=0.1), WavePacket(noise=0.7)
    for packet, noise in quiet.draws(100, seed=5):
        for system in (quiet, loud):
            x = packet + np.float32(system.noise) * noise
            assert np.array_equal(x, system.sample(100, seed=5))


def test_positions_are_uniform():
    position = WavePacket().position(20_000, seed=6)
    assert stats.kstest(position, stats.uniform(30, 40).cdf).pvalue > 1e-4  # 4 standard errors


def test_the_packet_and_its_slope_are_the_papers():
    system = WavePacket(width=5, sites=20, positions=(8, 12))
    position, step = np.array([8.0, 9.3, 11.9]), 1e-5
    sites = np.arange(1, 21)
    expected = [[math.exp(-((j - p) ** 2) / 25) for j in sites] for p in position]
    assert system.packet(position) == pytest.approx(np.array(expected), rel=1e-12)
    difference = (system.packet(position + step) - system.packet(position - step)) / (2 * step)
    assert system.slope(position) == pytest.approx(difference, abs=1e-9)  # step² and rounding/step


def test_means_and_covariances_are_those_of_the_distribution():
    n, noise = 20_000, 0.3
    system = WavePacket(noise=noise)
    x = system.sample(n, seed=7).astype(float)

    def average(function):
        def at(position):
            return function(system.packet(np.array([position]))[0]) / 40

        return integrate.quad_vec(at, 30, 70)[0]

    mean = average(lambda packet: packet)
    expected = average(lambda packet: np.outer(packet, packet)) - np.outer(mean, mean)
    expected += noise**2 * np.eye(100)
    # Both are quadratures of smooth functions.
    assert covariance(system) == pytest.approx(expected, abs=1e-8)
    # 4 standard errors for one number; of 100 or 10,000 numbers the largest may reach 5.5.
    off = (x.mean(axis=0) - mean) / np.sqrt(np.diag(expected) / n)
    assert np.abs(off).max() < 4.5
    centred = x - x.mean(axis=0)
    products = centred.T @ centred / n
    squares = (centred**2).T @ centred**2 / n
    off = (products - expected) / np.sqrt((squares - products**2) / n)
    assert np.abs(off).max() < 5.5
    variances = np.diag(products) - np.diag(expected)
    assert np.abs(variances / np.sqrt(np.diag(squares - products**2) / n)).max() < 4.5


# ---- exact RMI of linear features ----


def by_quad(system, weights):
    """H(w·x) - ln |w| by adaptive quadratures, one within the other."""
    w = weights / np.linalg.norm(weights)
    low, high = system.positions
    centres = system.packet(np.linspace(low, high, 2000)) @ w

    def density(y):
        def at(position):
            away = (y - system.packet(np.array([position]))[0] @ w) / system.noise
            return math.exp(-0.5 * away**2)

        scale = math.sqrt(2 * math.pi) * system.noise * (high - low)
        points = np.linspace(low, high, 11)[1:-1]
        return integrate.quad(at, low, high, points=points, epsabs=1e-9, limit=200)[0] / scale

    y = np.linspace(centres.min() - 8 * system.noise, centres.max() + 8 * system.noise, 301)
    p = np.array([density(value) for value in y])
    return integrate.simpson(-np.where(p > 0, p * np.log(np.maximum(p, 1e-300)), 0), x=y)


@pytest.mark.parametrize(
    "weights", [MEAN_FIELD, AMPLITUDE_POSITION, np.sin(SITES / 5)], ids=["mean", "position", "sine"]
)
def test_the_linear_rmi_is_that_of_another_quadrature(weights):
    system = WavePacket(noise=0.4)
    # Simpson's rule with some 25 nodes to a standard deviation of the noise: 1e-6 or better
    assert linear_rmi(system, weights) == pytest.approx(by_quad(system, weights), abs=1e-5)


@pytest.mark.parametrize("noise", [0, 0.05, 0.4])
@pytest.mark.parametrize(
    "weights", [AMPLITUDE_POSITION, np.sin(SITES / 5)], ids=["position", "sine"]
)
def test_the_linear_rmi_is_that_of_a_large_sample(noise, weights):
    n = 50_000
    system = WavePacket(noise=noise)
    w = weights / np.linalg.norm(weights)
    generator = np.random.default_rng(8)
    y = generator.normal(0, noise, n)  # in float64, where no value ties with another
    positions = generator.uniform(30, 70, n)
    for rows in np.array_split(np.arange(n), 5):
        y[rows] += system.packet(positions[rows]) @ w
    terms = spacings_terms(y).numpy()
    se = math.sqrt((np.var(terms) + 0.02) / n)
    # 1e-3 for the estimate's bias, more where the density is infinite at turning points.
    bias = 1e-3 if noise else 3e-3
    assert linear_rmi(system, weights) == pytest.approx(terms.mean(), abs=bias + 4 * se)


def test_weights_count_by_their_direction_only():
    system = WavePacket()
    value = linear_rmi(system, AMPLITUDE_POSITION)
    for factor in (-1, 1e-9, 1e9):
        scaled = linear_rmi(system, factor * AMPLITUDE_POSITION)
        assert scaled == pytest.approx(value, abs=1e-9)  # other roundings in the same quadrature


def test_under_large_noise_a_linear_feature_is_gaussian():
    system = WavePacket(noise=30)
    w = AMPLITUDE_POSITION / np.linalg.norm(AMPLITUDE_POSITION)
    variance = w @ covariance(system) @ w
    gaussian = 0.5 * math.log(2 * math.pi * math.e * variance)
    # The packet's part of the variance is 1e-3 of the noise's; a normal's entropy for its variance
    # is a maximum, from which it falls with the square of the relative fourth cumulant.
    assert linear_rmi(system, AMPLITUDE_POSITION) == pytest.approx(gaussian, abs=1e-6)


def test_without_noise_a_position_is_uniform():
    # Far from the lattice's ends Σ_j j packet_j = √π δj j̄, so w · x is uniform in a range of
    # 40 √π δj/|w| for |w|² = Σ j²: Poisson's formula makes the sum exact, and the packet's value at
    # the ends, 30 sites away, is e^(-11).
    system = WavePacket(noise=0)
    exact = math.log(40 * math.sqrt(math.pi) * 9) - 0.5 * math.log(np.sum(SITES**2.0))
    # What is cut off at j = 100 changes the slope near j̄ = 70 by 100 e^(-11) of √π δj = 16.
    assert linear_rmi(system, SITES) == pytest.approx(exact, abs=1e-3)


def test_without_noise_little_noise_is_the_limit():
    w = AMPLITUDE_POSITION
    limit = linear_rmi(WavePacket(noise=0), w)
    # Edges blurred by a hundredth of the range 1/n: the entropy rises by noise/range or so.
    assert linear_rmi(WavePacket(noise=0.003), w) == pytest.approx(limit, abs=0.01)


def test_without_noise_the_mean_field_knows_the_position_from_cut_tails_alone():
    # Over all integers Σ_j packet_j does not depend on j̄ (Poisson's formula: e^(-π² δj²)), so the
    # slope of the mean field is minus that of what the lattice leaves out, free of cancellation. By
    # symmetry j̄ and 101 - j̄ share a value, with the same slope: all positions from 31 on come in
    # pairs, those below are alone.
    position = 30 + 40 * (np.arange(20_000) + 0.5) / 20_000
    outside = np.concatenate([np.arange(-100, 1), np.arange(101, 201)])
    away = outside - position[:, np.newaxis]
    slope = np.sum(2 * away / 81 * np.exp(-(away**2) / 81), axis=1)
    density = np.where(position > 31, 2, 1) / (40 * np.abs(slope))
    exact = -np.mean(np.log(density)) - math.log(10)  # of the sum, whose |w| is √100
    # In the middle percent of the range the values differ by rounding only, and linear_rmi finds
    # the other position of a pair by its value: there it is good to a factor only. The mean over
    # 20,000 positions errs by as little where the slope's logarithm diverges.
    assert linear_rmi(WavePacket(noise=0), MEAN_FIELD) == pytest.approx(exact, abs=0.01)
    assert -20 < exact < -19


def test_the_position_itself_has_the_limit_of_a_packet_without_noise():
    # Ĩ of j̄: ln of its range plus the mean of ½ ln |∂packet/∂j̄|².
    system = WavePacket(noise=0)
    slope = system.slope(np.linspace(30, 70, 1001))
    value = math.log(40) + 0.5 * np.mean(np.log((slope**2).sum(axis=1)))
    # Σ (2a/δj²)² e^(-2a²/δj²) over a, as an integral: √(π/2)/δj
    assert value == pytest.approx(math.log(40 * (math.pi / 2) ** 0.25 / 3), abs=1e-4)
    assert round(value, 3) == 2.703


# ---- bad input ----

BAD = {
    "noise": [-0.1, np.nan, np.inf, None, "a", [1, 2], 1j],
    "width": [0, -1, np.nan, np.inf, None, "9"],
    "positions": [(70, 30), (30, 30), (30, np.inf), (np.nan, 70), 30, (30,), (1, 2, 3), "ab", None],
    "sites": [0, -5, 1.5, np.nan, np.inf, "100", None],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in BAD.items() for value in values]
)
def test_a_bad_field_is_named(field, value):
    with pytest.raises(ValueError, match=f"^{field}: expected"):
        WavePacket(**{field: value})


@pytest.mark.parametrize("n", [0, -1, 1.5, np.nan, np.inf, "10", None])
def test_a_bad_number_of_samples_is_named(n):
    for method in ("sample", "chunks", "draws", "position"):
        with pytest.raises(ValueError, match=r"^n: expected a whole number >= 1"):
            getattr(WavePacket(), method)(n, seed=1)


def test_numpys_numbers_are_numbers():
    system = WavePacket(noise=np.float32(0.5), sites=np.int64(20), positions=np.array([5, 15]))
    assert system.sample(np.int32(10), seed=np.uint8(3)).shape == (10, 20)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(99), r"weights: expected shape \(100,\), got \(99,\)"),
        (np.ones((100, 2)), "weights: expected shape"),
        (np.zeros(100), "weights: expected finite numbers, not all zero"),
        (np.full(100, np.nan), "weights: expected finite numbers"),
        (np.full(100, np.inf), "weights: expected finite numbers"),
    ],
    ids=["length", "matrix", "zero", "nan", "inf"],
)
def test_bad_weights_are_named(weights, message):
    with pytest.raises(ValueError, match=message):
        linear_rmi(WavePacket(), weights)
