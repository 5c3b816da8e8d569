import math
import os
import re
import subprocess
import sys
import warnings

from rmi_tf import (
    RMI,
    evaluate,
    linear,
    mean_field,
    normalized_position,
    renormalized_mutual_information,
    rmi_from_terms,
    stacked_terms,
    tf,
)

import numpy as np
import pytest
from scipy import special, stats

from data_generators import WavePacket
from tests.literal import literal_rmi
from tests.tree import ROOT

ROUNDING = {"rel": 1e-10, "abs": 1e-10}  # sums over cells or samples in float64, in another order
ESTIMATORS = ("corrected", "histogram", "triangular")
EULER = -float(tf.math.digamma(tf.constant(1.0, tf.float64)))

# Most tests here have few samples, whose histogram says that it is low.
pytestmark = pytest.mark.filterwarnings("ignore:the histogram's entropy is low")


def gaussian(n, sites=2, seed=1):
    return np.random.default_rng(seed).normal(size=(n, sites))


def first(x):
    return x[:, 0]


def correlated(n, seed=1):
    root = np.array([[1.0, 0, 0], [0.5, 2.0, 0], [-0.3, 0.4, 0.5]])
    return gaussian(n, 3, seed) @ root.T, root @ root.T


# ---- truth ----


@pytest.mark.parametrize("estimator", ["corrected", "histogram"])
def test_a_linear_feature_of_a_gaussian_has_its_exact_rmi(estimator):
    n, w = 50_000, np.array([1.0, -2.0, 0.7])
    x, covariance = correlated(n)
    exact = 0.5 * math.log(2 * math.pi * math.e * (w @ covariance @ w)) - 0.5 * math.log(w @ w)
    found = renormalized_mutual_information(linear(w), x, estimator=estimator)
    # The variance of -ln p of a normal is ½; spacings add 0.02.
    se = math.sqrt(0.5 / n)
    assert found.se == pytest.approx(se, rel=0.05)  # itself estimated, to 1 % or so
    # Spacings: bias below 1e-3. The histogram is low by up to its bound, and its cells of width Δ
    # = 9/180 standard deviations make it high by Δ²/24 = 1e-4.
    low = 1e-3 if estimator == "corrected" else found.bias_bound
    assert -low - 4 * se < found.rmi - exact < 1e-3 + 4 * se
    assert found.log_volume == pytest.approx(0.5 * math.log(w @ w), **ROUNDING)


def twist(x):
    r = tf.norm(x, axis=1)
    cos, sin = tf.cos(0.5 * r), tf.sin(0.5 * r)
    return tf.stack([x[:, 0] * cos - x[:, 1] * sin, x[:, 0] * sin + x[:, 1] * cos], axis=1)


@pytest.mark.parametrize(
    "feature",
    [
        lambda x: x,
        twist,
        lambda x: tf.stack([tf.exp(x[:, 0]), x[:, 0] + x[:, 1] ** 3 + x[:, 1]], axis=1),
        lambda x: tf.stack([tf.norm(x, axis=1), tf.atan2(x[:, 1], x[:, 0])], axis=1),
    ],
    ids=["identity", "twist", "exp and cubic", "polar"],
)
def test_a_bijection_has_the_entropy_of_x(feature):
    n = 20_000
    found = renormalized_mutual_information(feature, gaussian(n))
    # The -ln p of two normals has variance 1; neighbours add ψ'(4) = 0.28, at most twice. Their
    # bias is below 1e-2 for smooth densities; angles have an edge at ±π, half a percent more.
    bound = 1.5e-2 + 4 * math.sqrt(1.56 / n)
    assert found.rmi == pytest.approx(math.log(2 * math.pi * math.e), abs=bound)
    assert found.se == pytest.approx(math.sqrt(1.1 / n), rel=0.5)  # 25 batches know it to 1/√48


def test_the_angle_and_the_radius_of_a_gaussian_have_their_exact_rmi():
    n = 50_000
    x = gaussian(n)
    mean_log_radius = (math.log(2) - EULER) / 2
    exact_angle = math.log(2 * math.pi) + mean_log_radius
    exact_radius = 1 - math.log(2) / 2 + EULER / 2
    assert (round(exact_angle, 3), round(exact_radius, 3)) == (1.896, 0.942)
    angle = renormalized_mutual_information(lambda x: tf.atan2(x[:, 1], x[:, 0]), x)
    radius = renormalized_mutual_information(lambda x: tf.norm(x, axis=1), x)
    # var ln r = π²/24 for the angle, whose density is constant; for the radius that of -ln p.
    se_angle = math.sqrt(math.pi**2 / 24 / n)
    se_radius = math.sqrt(np.var(stats.rayleigh.logpdf(np.linalg.norm(x, axis=1))) / n)
    assert angle.rmi == pytest.approx(exact_angle, abs=1e-3 + 4 * se_angle)
    assert radius.rmi == pytest.approx(exact_radius, abs=1e-3 + 4 * se_radius)
    assert angle.se == pytest.approx(se_angle, rel=0.05)
    assert radius.se == pytest.approx(se_radius, rel=0.05)


@pytest.mark.parametrize(
    "map_of",
    [
        lambda y: 1e-6 * y,
        lambda y: 1e6 * y,
        lambda y: y**3 + 5 * y,
        lambda y: tf.exp(2 * y),
    ],
    ids=["1e-6 y", "1e6 y", "y³ + 5y", "exp(2y)"],
)
def test_the_corrected_rmi_does_not_change_with_the_gauge(map_of):
    # Eq. (2), to the project's own demand of 1e-3 nats at n = 1e5.
    x = gaussian(100_000, 3)

    def standard(x):
        return tf.reduce_sum(x, axis=1) / math.sqrt(3)

    plain = renormalized_mutual_information(standard, x)
    mapped = renormalized_mutual_information(lambda x: map_of(standard(x)), x)
    assert mapped.rmi == pytest.approx(plain.rmi, abs=1e-3)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_scaling_changes_nothing_in_float32(factor):
    x = gaussian(20_000).astype(np.float32)
    plain = renormalized_mutual_information(first, x)
    # Rounding to 6e-8 of the value, where windows of 16 marks span 16/n of the range at least:
    # 1e-4 of one in each, at random.
    scaled = renormalized_mutual_information(lambda x: factor * x[:, 0], x)
    assert scaled.rmi == pytest.approx(plain.rmi, abs=1e-5)


def test_a_noise_covariance_is_a_change_of_variables():
    x, covariance = correlated(5000)
    root = np.linalg.cholesky(covariance)
    u = np.linalg.solve(root, x.T).T
    found = renormalized_mutual_information(normalized_position, x, noise_covariance=covariance)
    changed = renormalized_mutual_information(lambda u: normalized_position(u @ root.T), u)
    # y is the same but for rounding; windows between close values keep ten digits of it or so
    assert found.rmi == pytest.approx(changed.rmi, abs=1e-5)


# ---- the same numbers by other ways ----


@pytest.mark.parametrize(
    ("feature", "by_hand"),
    [
        (normalized_position, literal_rmi.normalized_position),
        (
            lambda x: tf.stack(
                [tf.reduce_mean(x[:, :2] ** 2, 1), tf.reduce_mean(x[:, 2:] ** 2, 1)], 1
            ),
            literal_rmi.second_moments,
        ),
    ],
    ids=["K = 1", "K = 2"],
)
def test_histograms_are_the_papers_formulas(feature, by_hand):
    x = gaussian(2000, 4) + 1
    y, jacobian = by_hand(x)
    y, volume = y.reshape(len(x), -1), literal_rmi.log_volume(jacobian)
    weights = np.random.default_rng(2).exponential(size=len(x))

    def found(estimator, weights=None):
        return renormalized_mutual_information(
            feature, x, estimator=estimator, bins=20, weights=weights
        )

    plain = literal_rmi.histogram_entropy(y, 20) - volume.mean()
    assert found("histogram").rmi == pytest.approx(plain, **ROUNDING)
    triangular = literal_rmi.triangular_entropy(y, 20) - volume.mean()
    assert found("triangular").rmi == pytest.approx(triangular, rel=1e-8)
    weighted = literal_rmi.triangular_entropy(y, 20, weights=weights)
    weighted -= np.average(volume, weights=weights)
    assert found("triangular", weights).rmi == pytest.approx(weighted, rel=1e-8)


def test_the_histograms_standard_error_is_the_scatter_of_its_terms():
    y = gaussian(4000)[:, 0]
    volume = 0.3 * y + gaussian(4000, seed=2)[:, 0]
    found = rmi_from_terms(y, volume, estimator="histogram", bins=30)
    counts, edges = np.histogram(y, bins=30)
    cell = np.clip(np.digitize(y, edges) - 1, 0, 29)
    terms = -np.log(counts[cell] / 4000 / (edges[1] - edges[0])) - volume
    assert found.se == pytest.approx(np.std(terms) / math.sqrt(4000), **ROUNDING)


class Chunks:
    """Chunks that count how often each is read."""

    def __init__(self, x, size):
        self.parts = [x[i : i + size] for i in range(0, len(x), size)]
        self.reads = [0] * len(self.parts)

    def __iter__(self):
        for i, part in enumerate(self.parts):
            self.reads[i] += 1
            yield part


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("chunked", [Chunks, lambda x, size: Chunks(x, size).parts])
def test_chunks_give_the_numbers_of_the_array(estimator, chunked):
    x = gaussian(3000, 4)
    whole = renormalized_mutual_information(normalized_position, x, estimator=estimator)
    parts = renormalized_mutual_information(
        normalized_position, chunked(x, 700), estimator=estimator
    )
    assert parts[:4] == pytest.approx(whole[:4], **ROUNDING)
    assert parts[4:6] == whole[4:6]


@pytest.mark.parametrize("estimator", ["histogram", "triangular"])
def test_with_bounds_the_samples_are_read_once(estimator):
    x = gaussian(3000)
    free, bound = Chunks(x, 500), Chunks(x, 500)
    bounds = x[:, 0].min(), x[:, 0].max()
    two_passes = renormalized_mutual_information(first, free, estimator=estimator)
    one_pass = renormalized_mutual_information(first, bound, estimator=estimator, bounds=bounds)
    assert one_pass[:4] == pytest.approx(two_passes[:4], **ROUNDING)
    # The first chunk is looked at beforehand.
    assert set(free.reads[1:]) == {2} and set(bound.reads[1:]) == {1}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("feature", [normalized_position, lambda x: x[:, :2]], ids=["1", "2"])
def test_terms_of_ones_own_give_the_same_rmi(estimator, feature):
    x = gaussian(2000, 4)
    y, volume = evaluate(feature, x)
    terms = rmi_from_terms(y, volume, estimator=estimator, bins=30)
    direct = renormalized_mutual_information(feature, x, estimator=estimator, bins=30)
    assert terms[:4] == pytest.approx(direct[:4], **ROUNDING)


def test_terms_may_be_lists_or_whole_numbers():
    y = np.random.default_rng(1).permutation(1000)
    of_list = rmi_from_terms(y.tolist(), [0] * 1000)
    assert of_list[:4] == rmi_from_terms(y.astype(float), np.zeros(1000))[:4]
    # Spacings of an even grid: ln(16) - ψ(16) is 1/32 off where windows have 16 marks.
    assert of_list.rmi == pytest.approx(math.log(1000), abs=0.04)


def test_stacked_terms_are_those_of_each_feature_alone():
    x = gaussian(500, 4)
    features = [normalized_position, mean_field, first]
    stacked = tf.function(lambda x: stacked_terms(features, x))(x).numpy()
    for row, feature in zip(stacked, features, strict=True):
        y, volume = evaluate(feature, x)
        assert row == pytest.approx(np.stack([y[:, 0], volume]), **ROUNDING)


def test_stacked_terms_take_one_component_each():
    with pytest.raises(ValueError, match="features: expected one component each, got K = 2"):
        stacked_terms([lambda x: x], gaussian(10))


def test_a_value_changed_between_calls_is_seen():
    scale = 1.0

    def feature(x):
        return scale * x[:, 0]

    x = gaussian(1000)
    before = renormalized_mutual_information(feature, x)
    scale = 10.0
    after = renormalized_mutual_information(feature, x)
    assert after.entropy == pytest.approx(before.entropy + math.log(10), **ROUNDING)


# The same work in a process that may use some cores only.
BITS = """
import os, sys
if sys.argv[1] == "one":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from rmi_tf import *
from rmi_tf import tf
import numpy as np
use_one_thread_per_operation()
x = np.random.default_rng(1).normal(size=(30_000, 40)).astype(np.float32)
def pair(x):
    return tf.stack([normalized_position(x), mean_field(x)], axis=1)
for feature in (normalized_position, pair):
    for estimator in ("corrected", "histogram", "triangular"):
        found = renormalized_mutual_information(feature, x, estimator=estimator, bins=20)
        print(*(float(number).hex() for number in found[:4]))
print(*(float(number).hex() for number in principal_components(x)[:, 0]))
"""


@pytest.mark.paper
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_one_core_gives_the_same_bits_as_all():
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", BITS, cores],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for cores in ("one", "all")
    ]
    one, everything = (run.communicate()[0] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert one == everything and len(one.splitlines()) == 7


# ---- what a result tells ----


def mean_plug_in(n, shares):
    """The mean over samples of the entropy -Σ (k/n) ln (k/n) of their counts, binomial in each."""
    k = np.arange(n + 1)
    return sum(stats.binom.pmf(k, n, share) @ special.entr(k / n) for share in shares)


@pytest.mark.parametrize("estimator", ["histogram", "triangular"])
@pytest.mark.parametrize("components", [1, 2])
@pytest.mark.parametrize("power", [1, 3])
@pytest.mark.parametrize("n", [120, 2000])
def test_a_histogram_is_low_on_average_and_by_no_more_than_its_bias_bound(
    estimator, components, power, n
):
    bins, fine = (200, 100_000) if components == 1 else (15, 1000)
    how = {"estimator": estimator, "bins": bins, "bounds": (0, 1)}

    def entropy(u, **more):
        return rmi_from_terms(u**power, np.zeros(len(u)), **how, **more)

    axis = (np.arange(fine) + 0.5) / fine  # twenty points and more a cell and axis
    lattice = np.stack(np.meshgrid(*[axis] * components), axis=-1).reshape(-1, components)
    truth = entropy(lattice, lattice=True).entropy
    uniform = np.random.default_rng(5).uniform(size=(40, n, components))
    found = [entropy(u) for u in uniform]
    bias = np.mean([one.entropy for one in found]) - truth
    error = np.std([one.entropy for one in found]) / math.sqrt(40)
    bound = found[0].bias_bound
    assert bound == math.log1p((bins**components - 1) / n)
    assert -bound - 4 * error < bias < 4 * error
    if estimator == "histogram" and power == 1:  # whose counts and shares are known
        shares = np.full(bins**components, bins**-components)
        exact = mean_plug_in(n, shares) - special.entr(shares).sum()
        assert -bound < exact < 0 and bias == pytest.approx(exact, abs=4 * error)


def test_a_histogram_warns_where_its_bias_bound_exceeds_two_hundredths():
    y = gaussian(2000)[:, 0]
    words = r"low by up to ln\(1 \+ \(cells - 1\)/n\) = 0.024 nats"
    with pytest.warns(UserWarning, match=words):
        rmi_from_terms(y, np.zeros(2000), estimator="histogram", bins=50)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        few = rmi_from_terms(y, np.zeros(2000), estimator="histogram", bins=40)
        assert 0 < few.bias_bound < 0.02
        assert rmi_from_terms(y, np.zeros(2000)).bias_bound == 0


def test_one_call_warns_once_and_at_the_callers_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        renormalized_mutual_information(first, gaussian(500), estimator="histogram")
    assert [w.filename for w in caught] == [__file__]


def test_a_result_reads_well():
    found = RMI(1.23456, 0.0123, 2.5, 1.26544, 500, "histogram", 0.05)
    assert repr(found) == (
        "RMI 1.2346 ± 0.012 nats = entropy 2.5000 - log volume 1.2654 "
        "(histogram, n = 500, low by up to 0.05)"
    )
    assert repr(found._replace(se=math.nan, bias_bound=0, estimator="triangular")) == (
        "RMI 1.2346 nats = entropy 2.5000 - log volume 1.2654 (triangular, n = 500)"
    )


@pytest.mark.parametrize("estimator", ["histogram", "triangular"])
def test_a_weighted_lattice_gives_the_rmi_of_its_density_without_a_standard_error(estimator):
    axis = np.linspace(-5, 5, 200)
    lattice = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    weights = stats.norm.pdf(lattice).prod(axis=1)
    found = renormalized_mutual_information(
        linear([1.0, 0.43]), lattice, weights=weights, lattice=True, estimator=estimator, bins=100
    )
    # Cells of Δ = 0.13 standard deviations: high by Δ²/24 = 7e-4, by Δ²/6 = 3e-3 for triangles; the
    # mass beyond the square is 1e-6.
    expected = 0.5 * math.log(2 * math.pi * math.e)
    assert -1e-3 < found.rmi - expected < 4e-3
    assert math.isnan(found.se) and found.bias_bound == 0


# ---- features and samples that have no RMI, or none that is a number ----


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "feature",
    [lambda x: 0 * x[:, 0] + 3, lambda x: tf.stack([x[:, 0], 0 * x[:, 1]], axis=1)],
    ids=["K = 1", "one component of two"],
)
def test_a_constant_feature_has_rmi_minus_infinity(estimator, feature):
    found = renormalized_mutual_information(feature, gaussian(1000), estimator=estimator)
    assert found.rmi == -math.inf and found.entropy == -math.inf
    assert math.isnan(found.se)
    assert found.n == 1000 and "-inf" in repr(found)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "feature",
    [
        lambda x: tf.nn.relu(x[:, 0]),
        lambda x: tf.stack([x[:, 1], tf.nn.relu(x[:, 0])], axis=1),
        lambda x: tf.stack([x[:, 1], x[:, 1] + tf.nn.relu(x[:, 0])], axis=1),
    ],
    ids=["constant", "one component constant", "components together"],
)
def test_a_lower_rank_on_a_share_of_the_samples_names_the_share(estimator, feature):
    x = gaussian(1000)
    share = np.mean(x[:, 0] <= 0)
    with pytest.raises(ValueError, match=rf"feature: expected a Jacobian.*{share:.2%}"):
        renormalized_mutual_information(feature, x, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_feature_of_which_only_rounding_is_left_is_refused(estimator):
    x = WavePacket(noise=0).sample(5000, seed=1)
    with pytest.raises(ValueError, match=r"feature: .* more than rounding, .* in float32"):
        renormalized_mutual_information(mean_field, x, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_values_that_are_not_finite_name_their_share(estimator):
    x = gaussian(1000)
    share = np.mean(x[:, 0] < 0)
    with pytest.raises(ValueError, match=rf"feature: expected finite values, {share:.2%}"):
        renormalized_mutual_information(lambda x: tf.math.log(x[:, 0]), x, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_gradient_that_is_not_finite_is_refused(estimator):
    x = np.abs(gaussian(1000))
    x[5] = 0
    with pytest.raises(ValueError, match="log_volume: expected numbers or -inf, got nan or inf"):
        renormalized_mutual_information(lambda x: tf.sqrt(x[:, 0]), x, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("samples", "error", "message"),
    [
        (gaussian(99), ValueError, "samples: expected at least 100, got 99"),
        ([gaussian(50), gaussian(49)], ValueError, "samples: expected at least 100.*, got 99"),
        ([], ValueError, "samples: expected at least one chunk, got none"),
        ([gaussian(500), gaussian(0)], ValueError, "samples: expected at least 1, got 0"),
        ([gaussian(500), gaussian(500, 3)], ValueError, r"samples: expected chunks \(n, 2\), got"),
        (np.ones(500), ValueError, r"samples: expected shape \(n, N\), got \(500,\)"),
        (np.ones((500, 0)), ValueError, r"samples: expected shape \(n, N\), got \(500, 0\)"),
        (np.full((500, 2), np.nan), ValueError, "samples: expected finite numbers, 1000 entries"),
        ([gaussian(500), np.full((500, 2), np.inf)], ValueError, "samples: expected finite"),
        (gaussian(500) * 1j, TypeError, "samples: expected real numbers, got complex128"),
        (np.full((500, 2), "a"), TypeError, "samples: expected real numbers, got <U1"),
        (np.full((500, 2), None), TypeError, "samples: expected real numbers, got object"),
        (7, TypeError, "samples: expected an array .* got int"),
        (lambda: None, TypeError, "samples: expected an array .* got function"),
    ],
    ids=[
        "few", "few in chunks", "no chunk", "empty chunk", "chunks of two widths", "one axis",
        "no sites", "nan", "inf in a later chunk", "complex", "text", "objects", "number",
        "function",
    ],
)  # fmt: skip
def test_bad_samples_are_named(estimator, samples, error, message):
    with pytest.raises(error, match=message):
        renormalized_mutual_information(first, samples, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_generator_that_can_be_read_only_once_is_refused(estimator):
    generator = (gaussian(500) for _ in range(3))
    with pytest.raises(TypeError, match="chunks that can be read again, got generator"):
        renormalized_mutual_information(first, generator, estimator=estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_too_many_components_are_refused_before_the_work(estimator):
    chunks = Chunks(gaussian(1000, 22), 100)
    most = 20 if estimator == "corrected" else 2
    message = f"feature: expected K = 1 to {most} components for '{estimator}', got K = 21"
    with pytest.raises(ValueError, match=message):
        renormalized_mutual_information(lambda x: x[:, :21], chunks, estimator=estimator)
    assert not any(chunks.reads[1:])


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_feature_that_leaves_tensorflow_is_named_whatever_the_estimator(estimator):
    with pytest.raises(TypeError, match=r"feature: .* it leaves TensorFlow"):
        renormalized_mutual_information(
            lambda x: np.sin(x[:, 0]), gaussian(500), estimator=estimator
        )


WEIGHTS = np.ones(500)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimator": "kde"}, "estimator: expected one of corrected, .* got 'kde'"),
        ({"lattice": True}, "lattice: its sums go with a histogram, got estimator 'corrected'"),
        ({"chains": [100, 300]}, "chains: expected lengths whose sum is n = 500, got 400"),
        ({"chains": [500, 0]}, "chains: expected a whole number >= 1, got 0"),
        ({"period": 0}, "period: expected one > 0, or None, for each of 1 components, got 0"),
        ({"period": [1, 2, 3]}, "period: expected one > 0, or None, for each of 1 components"),
        ({"estimator": "histogram", "weights": WEIGHTS[1:]}, r"weights: expected shape \(500,\)"),
        ({"estimator": "histogram", "weights": -WEIGHTS}, "weights: .* the least is -1"),
        ({"estimator": "triangular", "weights": 0 * WEIGHTS}, "weights: .* not all zero"),
        ({"estimator": "histogram", "bins": 1}, "bins: expected a whole number >= 2, got 1"),
        ({"estimator": "histogram", "bounds": (1, 1)}, "bounds: expected finite"),
    ],
    ids=str,
)
def test_bad_options_are_named(options, message):
    x = gaussian(500)
    with pytest.raises(ValueError, match=message):
        renormalized_mutual_information(first, x, **options)
    with pytest.raises(ValueError, match=message):
        rmi_from_terms(x[:, 0], np.zeros(500), **options)


def test_weights_need_samples_in_one_array():
    with pytest.raises(ValueError, match="weights: expected samples in one array, got chunks"):
        renormalized_mutual_information(
            first, [gaussian(500)], weights=WEIGHTS, estimator="histogram"
        )


@pytest.mark.parametrize(
    ("y", "volume", "message"),
    [
        (np.ones(500), np.ones(499), r"log_volume: expected shape \(500,\), got \(499,\)"),
        (np.ones((500, 21)), np.ones(500), "feature: expected K = 1 to 20 components for 'corr"),
        (gaussian(999, 3), np.ones(999), "samples: expected at least 1000 for K = 3, got 999"),
        (np.ones(99), np.ones(99), "samples: expected at least 100 for K = 1, got 99"),
        (gaussian(249), np.ones(249), "samples: expected at least 250 for K = 2, got 249"),
        (gaussian(500), np.full(500, np.nan), "log_volume: expected numbers or -inf"),
        (gaussian(500), np.full(500, np.inf), "log_volume: expected numbers or -inf"),
        (np.full(500, np.nan), np.ones(500), "feature: expected finite values, 100.00%"),
        (np.ones(500), np.ones(500), "feature: .* more than rounding"),
        (np.repeat(gaussian(50), 10, axis=0), np.ones(500), "at least 100 different ones, got 50"),
        (gaussian(500)[:, :1] * [1, 2], np.ones(500), "half of them or more lie in one"),
    ],
    ids=[
        "length", "K = 21", "few for K = 3", "few", "few pairs", "nan", "inf", "value nan",
        "constant that moves", "repeated pairs", "pairs on a line",
    ],
)  # fmt: skip
def test_bad_terms_are_named(y, volume, message):
    with pytest.raises(ValueError, match=message):
        rmi_from_terms(y, volume)


def test_a_share_is_written_in_percent():
    with pytest.raises(ValueError) as error:
        rmi_from_terms(gaussian(1000)[:, 0], np.r_[np.full(123, -np.inf), np.zeros(877)])
    assert re.search(r"lower on 12.30% of the samples", str(error.value))


def test_a_constant_feature_is_minus_infinity_with_given_bounds_too():
    x = np.random.default_rng(3).normal(size=(500, 2))
    result = renormalized_mutual_information(
        lambda x: 0 * x[:, 0] + 0.5, x, estimator="histogram", bounds=(0.0, 1.0)
    )
    assert result.rmi == result.entropy == result.log_volume == -np.inf


def test_a_feature_may_be_flat_where_there_is_no_weight():
    x = np.random.default_rng(4).normal(size=(500, 2))
    weights = (x[:, 0] > 0).astype(float)
    flat_left = renormalized_mutual_information(
        lambda x: tf.nn.relu(x[:, 0]), x, weights=weights, estimator="triangular", bounds=(0.0, 4.0)
    )
    linear_feature = renormalized_mutual_information(
        lambda x: x[:, 0], x[weights > 0], estimator="triangular", bounds=(0.0, 4.0)
    )
    assert flat_left.rmi == pytest.approx(linear_feature.rmi, abs=1e-12)  # the same sums


@pytest.mark.parametrize(
    "mixes",
    [
        lambda x: (x[:, 0] - tf.reduce_mean(x[:, 0])) / tf.math.reduce_std(x[:, 0]),
        lambda x: x[:, 0] / tf.math.reduce_std(x[:, 0]),
        lambda x: tf.cumsum(x[:, 0]),
        lambda x: x[:, 0] - tf.reduce_mean(x[:, 0]),
    ],
)
def test_a_feature_that_mixes_samples_is_refused(mixes):
    x = np.random.default_rng(0).normal(5, 1, size=(1000, 3))
    with pytest.raises(ValueError, match="feature: expected values of each sample by itself"):
        renormalized_mutual_information(mixes, x)


def test_one_value_on_many_samples_is_refused_and_so_are_rounded_values():
    y = np.random.default_rng(0).normal(size=10_000)
    with pytest.raises(ValueError, match=r"one of them, 5, on 30\.00% of all"):
        rmi_from_terms(np.where(np.arange(10_000) % 10 < 3, 5.0, y), np.zeros(10_000))
    with pytest.raises(ValueError, match=r"all are multiples of 0\.1: they were rounded"):
        rmi_from_terms(y.round(1), np.zeros(10_000))


def test_complex_values_are_refused():
    y = np.random.default_rng(0).normal(size=200)
    for values, volume in ((y + 1j, 0 * y), (y, 1j * y)):
        with pytest.raises(TypeError, match="y, log_volume: expected real numbers"):
            rmi_from_terms(values, volume)


@pytest.mark.filterwarnings("ignore:the histogram's entropy is low")
@pytest.mark.parametrize("estimator", ["corrected", "histogram", "triangular"])
@pytest.mark.parametrize("components", [1, 2])
def test_the_least_number_of_samples_is_the_same_on_both_roads(estimator, components):
    least = 250 if (estimator, components) == ("corrected", 2) else 100
    x = gaussian(least)
    feature = linear(np.eye(x.shape[1])[:, :components])

    def from_samples(x):
        return renormalized_mutual_information(feature, x, estimator=estimator)

    def in_chunks(x):
        return renormalized_mutual_information(feature, [x[:50], x[50:]], estimator=estimator)

    def from_values(x):
        return rmi_from_terms(x[:, :components], np.zeros(len(x)), estimator=estimator)

    for road in (from_samples, in_chunks, from_values):
        assert road(x).n == least
        with pytest.raises(ValueError, match=f"samples: expected at least {least}"):
            road(x[1:])
