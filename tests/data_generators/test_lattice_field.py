"""The lattice field: one site by quadrature, four by a transfer matrix, Gaussian waves."""

from rmi_tf import rmi_from_terms

import numpy as np
import pytest

from data_generators import LatticeField

FAR = 5.5  # standard errors: 4e-8 for each check
GRID = np.linspace(-3.5, 3.5, 71)


def assert_mean(values, expected, chains):
    """Means of chains, which are independent of each other."""
    of_chains = np.array([part.mean() for part in np.split(values, np.cumsum(chains)[:-1])])
    error = of_chains.std(ddof=1) / np.sqrt(len(of_chains))
    assert abs(of_chains.mean() - expected) < FAR * error


def site_weight(coupling):
    return np.exp(-(GRID**2) - coupling * (GRID**2 - 1) ** 2)


@pytest.mark.parametrize("coupling", [0.1, 10.0])
def test_without_hopping_each_site_is_by_itself(coupling):
    field = LatticeField(4, hopping=0.0, coupling=coupling)
    x, weight = field.sample(2048, seed=0), site_weight(coupling)
    for power in (1, 2, 4):
        expected = (weight * GRID**power).sum() / weight.sum()
        assert_mean((x**power).mean(axis=1), expected, field.chains(2048))
    assert_mean(x[:, 0] * x[:, 1], 0.0, field.chains(2048))


@pytest.mark.parametrize(("hopping", "coupling"), [(0.2, 0.1), (0.12, 10.0), (0.25, 1.0)])
def test_two_by_two_sites_follow_the_transfer_matrix(hopping, coupling):
    """Z = Tr T² over pairs (a, b); on two sides every bond counts twice."""
    a, b = (part.ravel() for part in np.meshgrid(GRID, GRID, indexing="ij"))
    weight = np.outer(site_weight(coupling), site_weight(coupling)).ravel()
    within = weight * np.exp(4 * hopping * a * b)
    kept = within > 1e-12 * within.max()
    a, b, within = a[kept], b[kept], within[kept]
    between = np.exp(4 * hopping * (np.multiply.outer(a, a) + np.multiply.outer(b, b)))
    joint = between * np.outer(within, within)
    joint /= joint.sum()
    total = np.add.outer(a + b, a + b)
    field = LatticeField(2, hopping, coupling)
    x, chains = field.sample(6144, seed=1), field.chains(6144)
    for power in (2, 4):
        assert_mean(x.sum(axis=1) ** power, (joint * total**power).sum(), chains)
    assert_mean(x[:, 0] * x[:, 1], (joint * (a * b)[:, np.newaxis]).sum(), chains)
    assert_mean(np.abs(x.sum(axis=1)), (joint * np.abs(total)).sum(), chains)


def test_without_coupling_waves_are_gaussian():
    field = LatticeField(6, hopping=0.2, coupling=0.0)
    x, chains = field.sample(4096, seed=2), field.chains(4096)
    place = np.arange(6)
    for k, stiffness in ((0, 1 - 0.8), (1, 1 - 0.4 * (1 + np.cos(np.pi / 3))), (3, 1.0)):
        wave = np.exp(2j * np.pi * k * place / 6) / 6
        amplitude = x.reshape(-1, 6, 6) @ wave  # along one axis, constant along the other
        assert_mean(np.abs(amplitude.sum(axis=1)) ** 2, 1 / (2 * stiffness), chains)
    y = x.sum(axis=1) / 6
    found = rmi_from_terms(y, np.zeros(len(y)), chains=chains)
    # and the spacings' bias
    assert abs(found.rmi - field.gaussian_rmi()) < 5 * found.se + 0.002


def test_signs_are_alike_even_in_the_ordered_phase():
    field = LatticeField(8, hopping=0.35, coupling=10.0)
    x = field.sample(1024, seed=3).sum(axis=1)
    assert np.abs(x).min() > 20  # ordered: no site is far from ±1
    assert_mean(np.sign(x), 0.0, field.chains(1024))


def test_the_sign_of_m_is_worth_ln_2():
    field = LatticeField.critical(8)
    y, chains = field.sample(4096, seed=4).sum(axis=1) / 8, field.chains(4096)
    m, size = (rmi_from_terms(v, np.zeros(len(y)), chains=chains) for v in (y, np.abs(y)))
    # the scatter of spacings is that of 16 of them each; common to both is what the samples do
    assert abs(m.rmi - size.rmi - np.log(2)) < 0.02


@pytest.mark.slow
def test_binders_ratio_is_universal_at_the_critical_point():
    field = LatticeField.critical(32)
    y = field.sample(4096, seed=5).sum(axis=1) / 32
    powers = [np.mean(np.reshape(y**p, (len(field.chains(4096)), -1)), axis=1) for p in (2, 4)]

    def ratio(keep):
        second, fourth = (p[keep].mean() for p in powers)
        return 1 - fourth / (3 * second**2)

    chains = np.arange(len(powers[0]))
    without = [ratio(chains != i) for i in chains]
    error = np.sqrt(len(chains) - 1) * np.std(without)  # jackknife
    # κ is known to 1e-4, and the ratio's slope at this size is 20
    assert abs(ratio(chains >= 0) - 0.61069) < FAR * error + 0.002


@pytest.mark.parametrize("sides", [2, 6])
def test_the_gaussian_covariance_inverts_the_action(sides):
    field = LatticeField(sides, hopping=0.2, coupling=0.0)
    action = np.eye(sides**2).reshape(sides**2, sides, sides)
    for axis in (1, 2):  # S = Σ φ² - κ Σ over all four neighbours
        for way in (1, -1):
            action = action - 0.2 * np.roll(np.eye(sides**2).reshape(action.shape), way, axis)
    product = field.covariance() @ action.reshape(sides**2, -1)
    np.testing.assert_allclose(product, np.eye(sides**2) / 2, atol=1e-12)
    # of the mean, which `gaussian_rmi` is of: variance of Σφ/L
    variance = field.covariance().sum() / sides**2
    assert 0.5 * np.log(2 * np.pi * np.e * variance) == pytest.approx(field.gaussian_rmi())


@pytest.mark.parametrize("n", [1, 100, 128, 129, 300, 4096])
def test_the_chains_add_up_to_the_rows(n):
    lengths = LatticeField().chains(n)
    assert sum(lengths) == n and len(lengths) <= 128 and min(lengths) > 0
    assert len(LatticeField(2).sample(n, seed=0)) == n


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: LatticeField(sides=5), "sides"),
        (lambda: LatticeField(sides=0), "sides"),
        (lambda: LatticeField(hopping=-0.1), "hopping"),
        (lambda: LatticeField(hopping=0.25, coupling=0.0), "hopping"),
        (lambda: LatticeField(coupling=-1.0), "coupling"),
        (lambda: LatticeField().gaussian_rmi(), "coupling"),
        (lambda: LatticeField().covariance(), "coupling"),
        (lambda: LatticeField().chains(0), "n"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
