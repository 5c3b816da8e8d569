"""Molecules in the plane: forces, density at rest, exact answers, slow motion, error bars."""

import rmi_tf

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize

from data_generators import DoubleWell, MullerBrown

BOTH = pytest.mark.parametrize("molecule", [MullerBrown(), DoubleWell()], ids=["bent", "wells"])


@BOTH
def test_the_gradient_is_that_of_the_potential(molecule):
    at, step = molecule.sample(20, seed=0), 1e-5
    for i, slope in enumerate(molecule.gradient(at).T):
        aside = step * np.eye(2)[i]
        difference = (molecule.potential(at + aside) - molecule.potential(at - aside)) / (2 * step)
        # third derivatives of up to 1e5 times 1e-10/6, rounding of 1e-13/1e-5
        assert slope == pytest.approx(difference, abs=1e-4)


def test_the_three_valleys_are_where_muller_and_brown_have_them():
    molecule = MullerBrown()
    places = [(-0.558, 1.442), (-0.050, 0.467), (0.623, 0.028)]
    for place, depth in zip(places, (-146.70, -80.77, -108.17), strict=True):
        found = minimize(molecule.potential, place, jac=molecule.gradient)
        assert found.x == pytest.approx(place, abs=1e-3)  # the digits of the literature
        assert found.fun == pytest.approx(depth, abs=0.01)


def wells_entropy(molecule):
    """Of x₁, by SciPy's quadrature."""
    weight = lambda x: np.exp(-molecule.barrier * (x**2 - 1) ** 2)  # noqa: E731
    Z = quad(weight, -3, 3, epsabs=1e-12)[0]
    energy = quad(lambda x: molecule.barrier * (x**2 - 1) ** 2 * weight(x), -3, 3)[0] / Z
    return energy + np.log(Z)


def test_what_is_known_of_two_wells_and_a_mode_beside_them():
    molecule = DoubleWell()
    wells, mode = wells_entropy(molecule), 0.5 * np.log(2 * np.pi * np.e / molecule.stiffness)
    # sums over a lattice of what vanishes at its edges are exact but for rounding
    assert molecule.linear_rmi([5, 0]) == pytest.approx(wells, abs=1e-6)
    assert molecule.linear_rmi([0, 0.1]) == pytest.approx(mode, abs=1e-6)
    # 1e-11 of the density, at e^-25, is left out of the lattice, which the logarithm makes 1e-9
    assert molecule.entropy() == pytest.approx(wells + mode, abs=1e-6)
    assert molecule.covariance()[1, 1] == pytest.approx(1 / molecule.stiffness, abs=1e-6)


def test_the_largest_variance_is_along_the_worst_direction():
    molecule = DoubleWell()
    angles = np.linspace(0, np.pi, 37)
    values = [molecule.linear_rmi([np.cos(a), np.sin(a)]) for a in angles]
    variances, axes = np.linalg.eigh(molecule.covariance())
    assert molecule.linear_rmi(axes[:, 1]) == pytest.approx(min(values), abs=1e-9)
    assert np.sin(molecule.principal_angle()) == pytest.approx(abs(axes[1, 1]), abs=1e-12)
    assert variances[1] > 2 * variances[0]


@BOTH
def test_a_finer_lattice_changes_nothing(molecule):
    fine = type(molecule)(spacing=molecule.spacing / 2)
    # of the second order in the spacing where valleys are narrow; exponentially small at the edges
    assert molecule.entropy() == pytest.approx(fine.entropy(), abs=1e-5)
    assert molecule.covariance() == pytest.approx(fine.covariance(), abs=1e-5)
    w = [0.6, -0.8]
    assert molecule.linear_rmi(w) == pytest.approx(molecule.linear_rmi(w, points=1200), abs=1e-6)


@BOTH
def test_samples_have_the_lattices_moments(molecule):
    x = molecule.sample(100_000, seed=0)
    covariance = molecule.covariance() + molecule.spacing**2 / 12 * np.eye(2)
    away = x - x.mean(axis=0)
    products = away[:, :, np.newaxis] * away[:, np.newaxis]
    bound = 5.5 * products.std(axis=0) / np.sqrt(len(x))  # four of them, below 1e-6
    assert (np.abs(products.mean(axis=0) - covariance) < bound).all()


def test_the_slowest_motion_is_that_of_an_equation_in_one_dimension():
    """The symmetric form of Fokker and Planck, -d²/dx² + V'²/4 - V''/2, on a fine line."""
    molecule = DoubleWell(barrier=3.0)
    x, h = np.linspace(-2.4, 2.4, 1201, retstep=True)
    force = 4 * molecule.barrier * x * (x**2 - 1)
    curvature = 4 * molecule.barrier * (3 * x**2 - 1)
    operator = np.diag(2 / h**2 + force**2 / 4 - curvature / 2)
    operator -= (np.eye(len(x), k=1) + np.eye(len(x), k=-1)) / h**2
    values, vectors = np.linalg.eigh(operator)
    field, time = molecule.slowest()
    # both lattices are right to second order: 40 (0.02)²/24 of a rate, and less on the line
    assert time == pytest.approx(1 / values[1], rel=3e-3)
    middle = field[:, field.shape[1] // 2]
    expected = vectors[:, 1] / vectors[:, 0]
    known = np.interp(molecule.axes()[0], x, expected / np.interp(1, x, expected))
    near = np.abs(molecule.axes()[0]) < 1.4
    scaled = middle / np.interp(1, molecule.axes()[0], middle)
    assert scaled[near] == pytest.approx(known[near], abs=5e-3)


def test_a_field_on_the_lattice_is_read_between_its_points():
    molecule = DoubleWell()
    first, second = np.meshgrid(*molecule.axes(), indexing="ij")
    x = molecule.sample(50, seed=0)
    assert molecule.at(2 * first - second, x) == pytest.approx(2 * x[:, 0] - x[:, 1], abs=1e-12)


def test_a_longer_time_step_stays_at_the_same_temperature():
    """The mode's variance is right at any step: Leimkuhler and Matthews' method."""
    molecule = DoubleWell(step=0.05, barrier=0.05)
    x = molecule.trajectory(200, seed=0, chains=400, every=40)[:, 1]
    variance = x.var() * molecule.stiffness
    # a row in 2 units of time, e^-12 of correlation of squares: independent
    assert abs(variance - 1) < 4.9 * np.sqrt(2 / len(x))


@pytest.mark.parametrize(
    ("molecule", "hot", "every"),
    [
        (MullerBrown(temperature=30.0), None, 20),
        (MullerBrown(), 30.0, 20),
        (DoubleWell(), None, 50),
    ],
    ids=["bent", "reweighted", "wells"],
)
def test_a_trajectory_tells_what_the_lattice_does_within_its_error(molecule, hot, every):
    x = molecule.trajectory(500, seed=1, chains=100, every=every, temperature=hot)
    weights = None if hot is None else molecule.reweighted(x, hot)
    for angle in (0.0, 0.8, 2.4):
        w = np.array([np.cos(angle), np.sin(angle)])
        known = {"weights": weights, "chains": [500] * 100}
        found = rmi_tf.rmi_from_terms(x @ w, np.zeros(len(x)), **known)
        assert found.correlation_time > 1
        # 5.5 errors, nine values, since errors of correlated rows are known to some 10 %
        assert abs(found.rmi - molecule.linear_rmi(w)) < 5.5 * found.se


def test_a_trajectory_is_its_seed_and_its_molecules_stand_one_after_the_other():
    molecule = DoubleWell(spacing=0.1)
    x = molecule.trajectory(30, seed=5, chains=3)
    assert x.shape == (90, 2)
    assert np.array_equal(x, molecule.trajectory(30, seed=5, chains=3))
    assert not np.array_equal(x, molecule.trajectory(30, seed=6, chains=3))
    steps = np.linalg.norm(np.diff(x, axis=0), axis=1)
    inside = np.delete(steps, [29, 59])  # where the next one begins
    assert inside.max() < 6 * np.sqrt(4 * molecule.step)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MullerBrown(temperature=0), "temperature: expected a finite number > 0, got 0"),
        (lambda: DoubleWell(barrier=-1), "barrier: expected a finite number >= 0, got -1"),
        (lambda: DoubleWell(stiffness=0), "stiffness: expected a finite number > 0, got 0"),
        (lambda: DoubleWell().trajectory(0, seed=0), "n: expected a whole number >= 1, got 0"),
        (lambda: DoubleWell().trajectory(1, seed=0, every=0.5), "every: expected a whole number"),
        (lambda: DoubleWell().trajectory(1, seed=0, temperature=0), "temperature: expected"),
        (lambda: DoubleWell().reweighted(np.zeros((1, 2)), -1), "temperature: expected"),
        (lambda: DoubleWell().linear_rmi([0, 0]), "direction: expected two numbers, not both 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
