from rmi_tf import evaluate, feature_terms, log_volume, normalized_position, tf
from rmi_tf.jacobian import values_and_jacobian

import numpy as np
import pytest

from tests.literal import literal_rmi

ROUNDING = {"rel": 1e-10, "abs": 1e-10}  # float64 and determinants of well-conditioned matrices
SITES = 6


def samples(n=200, seed=1):
    return np.random.default_rng(seed).normal(size=(n, SITES)) + 1


def second_moments(x):
    first, second = tf.split(tf.square(x), 2, axis=1)
    return tf.stack([tf.reduce_mean(first, 1), tf.reduce_mean(second, 1)], axis=1)


def gradients(n, components, seed=1):
    return np.random.default_rng(seed).normal(size=(n, components, SITES))


def matrix(seed=2):
    root = np.random.default_rng(seed).normal(size=(SITES, SITES))
    return root @ root.T + np.eye(SITES)


@pytest.mark.parametrize(
    ("feature", "by_hand"),
    [
        (normalized_position, literal_rmi.normalized_position),
        (second_moments, literal_rmi.second_moments),
    ],
)
def test_values_and_jacobian_are_those_derived_by_hand(feature, by_hand):
    x = samples()
    y, jacobian = values_and_jacobian(feature, x)
    expected, derived = by_hand(x)
    assert y.numpy() == pytest.approx(expected.reshape(len(x), -1), **ROUNDING)
    assert jacobian.numpy() == pytest.approx(derived, **ROUNDING)
    volume = feature_terms(feature, x)[1].numpy()
    assert volume == pytest.approx(literal_rmi.log_volume(derived), **ROUNDING)


@pytest.mark.parametrize("components", [1, 2, 3, SITES])
@pytest.mark.parametrize("sigma", [None, matrix()], ids=["identity", "matrix"])
def test_the_log_volume_is_half_the_log_determinant(components, sigma):
    jacobian = gradients(100, components)
    expected = literal_rmi.log_volume(jacobian, sigma)
    assert log_volume(jacobian, noise_covariance=sigma).numpy() == pytest.approx(
        expected, **ROUNDING
    )


@pytest.mark.parametrize("components", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_jacobian_of_lower_rank_has_minus_infinity(components, dtype):
    jacobian = gradients(50, components)
    jacobian[:25, -1] = jacobian[:25, :-1].sum(axis=1)  # zero for one component
    volume = log_volume(jacobian.astype(dtype)).numpy()
    assert np.all(np.isneginf(volume[:25]))
    assert np.all(np.isfinite(volume[25:]))


@pytest.mark.parametrize("angle", [1e-1, 1e-2, 1e-3])
def test_nearly_parallel_gradients_keep_their_digits(angle):
    first, second = np.moveaxis(gradients(100, 2), 1, 0)
    jacobian = np.stack([first, first + angle * second], axis=1).astype(np.float32)
    exact = literal_rmi.log_volume(np.stack([first, angle * second], axis=1))
    # The gradients themselves are rounded to 6e-8, which is 6e-8/angle of what tells them apart;
    # a determinant in float32 would lose (6e-8/angle²), all digits at the smallest angle.
    assert log_volume(jacobian).numpy() == pytest.approx(exact, abs=30 * 6e-8 / angle)


def test_gradients_of_very_different_lengths_keep_their_digits():
    jacobian = gradients(50, 2) * [[1e8], [1e-8]]
    exact = literal_rmi.log_volume(gradients(50, 2))
    assert log_volume(jacobian).numpy() == pytest.approx(exact, **ROUNDING)


def nonlinear(x):
    return tf.stack([tf.reduce_sum(tf.sin(x), 1), tf.reduce_sum(x**2, 1)], axis=1)


@pytest.mark.parametrize("feature", [normalized_position, nonlinear])
def test_a_constant_covariance_is_a_change_of_variables(feature):
    # With Σ = L Lᵀ and x = L u, noise on u is isotropic, so f(L u) has the same log volume.
    x, sigma = samples(), matrix()
    root = np.linalg.cholesky(sigma)
    u = np.linalg.solve(root, x.T).T
    volume = feature_terms(feature, x, noise_covariance=sigma)[1]
    changed = feature_terms(lambda u: feature(u @ root.T), u)[1]
    assert volume.numpy() == pytest.approx(changed.numpy(), abs=1e-5)


def test_variances_are_a_diagonal_covariance():
    x, variances = samples(), np.arange(1.0, SITES + 1)
    by_vector = feature_terms(nonlinear, x, noise_covariance=variances)[1]
    by_matrix = feature_terms(nonlinear, x, noise_covariance=np.diag(variances))[1]
    assert by_vector.numpy() == pytest.approx(by_matrix.numpy(), **ROUNDING)


def test_a_covariance_that_depends_on_x_is_appendix_a():
    x = samples()
    jacobian = values_and_jacobian(nonlinear, x)[1].numpy()
    variances = np.exp(x)
    expected = literal_rmi.log_volume(jacobian, np.array([np.diag(v) for v in variances]))
    found = feature_terms(nonlinear, x, noise_covariance=tf.exp)[1]
    assert found.numpy() == pytest.approx(expected, **ROUNDING)

    def sigma(x):
        return matrix() + x[:, :, tf.newaxis] * x[:, tf.newaxis, :]

    expected = literal_rmi.log_volume(jacobian, matrix() + x[:, :, None] * x[:, None, :])
    found = feature_terms(nonlinear, x, noise_covariance=sigma)[1]
    assert found.numpy() == pytest.approx(expected, **ROUNDING)
    found = evaluate(nonlinear, x, noise_covariance=sigma)[1]  # in a graph
    assert found == pytest.approx(expected, **ROUNDING)


@pytest.mark.parametrize(
    ("sigma", "message"),
    [
        (np.ones(SITES - 1), r"expected shape \(6,\) or \(6, 6\), got \(5,\)"),
        (np.ones((SITES, 2)), r"expected shape .* got \(6, 2\)"),
        (2.0, r"expected shape .* got \(\)"),
        (np.r_[np.ones(SITES - 1), 0], "expected variances > 0, got 0"),
        (np.r_[np.ones(SITES - 1), np.nan], "expected finite numbers"),
        (np.r_[np.ones(SITES - 1), np.inf], "expected finite numbers"),
        (np.eye(SITES) + np.eye(SITES, k=1), "expected symmetric matrices, off by 1"),
        (np.eye(SITES) - 1, "expected positive definite matrices, an eigenvalue is -"),
        ("text", "expected an array of numbers"),
        ([[1, 2], [3]], "expected an array of numbers"),
        (lambda x: x[0], r"expected shape \(n, 6\) or \(n, 6, 6\), got \(6,\)"),
        (lambda x: -tf.exp(x), "expected variances > 0"),
    ],
)
def test_a_wrong_covariance_is_named(sigma, message):
    for function in (feature_terms, evaluate):
        with pytest.raises(ValueError, match="noise_covariance: " + message):
            function(nonlinear, samples(), noise_covariance=sigma)


def test_a_covariance_by_numpy_is_named():
    with pytest.raises(TypeError, match="noise_covariance: expected TensorFlow operations"):
        evaluate(nonlinear, samples(), noise_covariance=lambda x: np.exp(x))


def test_a_covariance_that_depends_on_x_needs_x():
    with pytest.raises(ValueError, match="x: needed where noise_covariance is a function"):
        tf.function(lambda j: log_volume(j, noise_covariance=tf.exp))(gradients(5, 1))


@pytest.mark.parametrize("shape", [(10, 3), (10, 4, 3)])
def test_a_jacobian_of_wrong_shape_is_named(shape):
    with pytest.raises(ValueError, match=r"jacobian: expected \(n, K, N\) with K <= N"):
        log_volume(np.ones(shape))


UNTRACKED = {
    "numpy inside": (lambda x: np.sin(x[:, 0]), "it leaves TensorFlow"),
    "numbers asked for": (lambda x: x.numpy()[:, 0], "it leaves TensorFlow"),
    "column by name": (lambda x: x["a"], r"no column names: .* by its number, as x\[:, 0\]"),
    "columns by name": (lambda x: x[["a", "b"]], "no column names"),
    "column as attribute": (lambda x: x.a, "it asks for x.a; a tensor has no column names"),
    "method of an array": (lambda x: x.mean(axis=1), "it asks for x.mean; .* tf.reduce_mean"),
    "numpy returned": (lambda x: np.zeros(200), "it returns ndarray"),
    "nothing returned": (lambda x: None, "it returns NoneType"),
    "list returned": (lambda x: [x[:, 0], x[:, 1]], "it returns list"),
    "whole numbers": (lambda x: tf.cast(x[:, 0], tf.int32), "its values are int32"),
    "text": (lambda x: tf.strings.as_string(x[:, 0]), "its values are string"),
    "rounded": (lambda x: tf.round(x[:, 0]), "its gradient with respect to x is None"),
    "stopped": (lambda x: tf.stop_gradient(x[:, 0]), "its gradient with respect to x is None"),
    "no x in it": (lambda x: tf.ones_like(x[:, 0]), "its gradient with respect to x is None"),
}


@pytest.mark.parametrize("case", UNTRACKED)
def test_a_feature_that_tensorflow_cannot_differentiate_is_named(case):
    feature, why = UNTRACKED[case]
    with pytest.raises(TypeError, match=f"feature: expected TensorFlow operations.*{why}"):
        evaluate(feature, samples())


MISSHAPEN = {
    "scalar": lambda x: tf.reduce_sum(x),
    "sum over samples": lambda x: tf.reduce_sum(x, axis=0),
    "three axes": lambda x: x[:, :, tf.newaxis],
    "more components than sites": lambda x: tf.concat([x, x], axis=1),
    "no components": lambda x: x[:, :0],
    "unknown": lambda x: tf.numpy_function(lambda a: a[:, 0], [x], tf.float64),
}


@pytest.mark.parametrize("case", MISSHAPEN)
def test_a_feature_whose_values_have_the_wrong_shape_is_named(case):
    expected = r"feature: expected values of shape \(n,\) or \(n, K\)"
    with pytest.raises(ValueError, match=expected):
        evaluate(MISSHAPEN[case], samples())


def test_a_mistake_within_the_feature_is_shown_as_it_is():
    with pytest.raises(AttributeError, match="no_such_name"):
        evaluate(lambda x: tf.no_such_name(x), samples())
    with pytest.raises(TypeError, match=r"are valid indices, got 0\.5"):
        evaluate(lambda x: x[:, 0.5], samples())


def test_samples_of_wrong_shape_are_named():
    with pytest.raises(ValueError, match=r"samples: expected shape \(n, N\), got \(6,\)"):
        values_and_jacobian(nonlinear, np.ones(SITES))
