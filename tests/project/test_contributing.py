"""CONTRIBUTING's recipes, executed as they stand there: an estimator, a protocol, a system."""

import re
import types

import rmi_tf
from rmi_tf.estimators import ESTIMATORS

import numpy as np
import pytest

from data_generators._sampler import Sampler
from tests.tree import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def recipe(name):
    """The module of the code that stands under this file's name."""
    code = re.search(rf"^`{re.escape(name)}`\n\n```python\n(.*?)^```", TEXT, re.M | re.S)
    assert code, f"CONTRIBUTING.md has no code of {name}"
    module = types.ModuleType(name.removesuffix(".py").replace("/", "."))
    exec(compile(code[1], name, "exec"), vars(module))
    return module


def gaussian_samples(n):
    return np.random.default_rng(0).normal(size=(n, 4)) * [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("components", [1, 3])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_new_estimator_is_a_file_and_a_row(monkeypatch, components, chunked):
    toy = recipe("rmi_tf/estimators/gaussian.py").GAUSSIAN
    monkeypatch.setitem(ESTIMATORS, "gaussian", (toy,))
    x, weights = gaussian_samples(20_000), np.eye(4)[:, :components] + 0.1
    feature = rmi_tf.linear(weights)
    samples = np.array_split(x, 7) if chunked else x
    found = rmi_tf.renormalized_mutual_information(feature, samples, estimator="gaussian")
    covariance = weights.T @ np.diag([1.0, 4.0, 9.0, 16.0]) @ weights
    exact = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]
    exact -= 0.5 * np.linalg.slogdet(weights.T @ weights)[1]
    # deviation of ½ ln det of a sample covariance: √(K/2n); five of them
    assert found.rmi == pytest.approx(exact, abs=5 * np.sqrt(components / 2 / len(x)))
    assert (found.estimator, found.n) == ("gaussian", len(x))
    assert found.se == pytest.approx(np.sqrt(components / 2 / len(x)), rel=0.05)
    later = rmi_tf.rmi_from_terms(*rmi_tf.evaluate(feature, samples), estimator="gaussian")
    assert later == found


def test_what_a_new_estimator_declares_is_checked_on_the_common_road(monkeypatch):
    toy = recipe("rmi_tf/estimators/gaussian.py").GAUSSIAN
    monkeypatch.setitem(ESTIMATORS, "gaussian", (toy,))
    monkeypatch.setattr(type(toy), "least", 500)
    monkeypatch.setattr(type(toy), "components", range(2, 5))
    x = gaussian_samples(400)
    with pytest.raises(ValueError, match="samples: expected at least 500 for K = 2, got 400"):
        rmi_tf.rmi_from_terms(x[:, :2], np.zeros(400), estimator="gaussian")
    with pytest.raises(ValueError, match="at least 500 for K = 2, got 400"):
        feature = rmi_tf.linear(np.eye(4)[:, :2])
        rmi_tf.renormalized_mutual_information(feature, [x[:200], x[200:]], estimator="gaussian")
    with pytest.raises(
        ValueError, match="expected K = 2 to 4 components for 'gaussian', got K = 1"
    ):
        rmi_tf.rmi_from_terms(x[:, 0], np.zeros(400), estimator="gaussian")
    with pytest.raises(ValueError, match=r"lattice: .* got estimator 'gaussian'"):
        rmi_tf.rmi_from_terms(x, np.zeros(400), estimator="gaussian", lattice=True)


class Linear(rmi_tf.tf.Module):
    def __init__(self):
        super().__init__()
        self.weights = rmi_tf.tf.Variable(np.ones(4))

    def __call__(self, x):
        return rmi_tf.tf.linalg.matvec(x, self.weights)


def test_a_new_protocol_is_a_file():
    way_up = recipe("rmi_tf/protocols/gaussian.py").gaussian_protocol
    x = gaussian_samples(2000)
    history = rmi_tf.ascend(Linear(), way_up(x), steps=600)
    # the best linear feature of these samples is the first principal component, whose RMI is exact
    largest = np.linalg.eigvalsh(np.cov(x.T, bias=True))[-1]
    assert history.rmi[-1] == pytest.approx(0.5 * np.log(2 * np.pi * np.e * largest), abs=1e-3)


def test_a_new_system_samples_and_knows_its_answer():
    ring = recipe("data_generators/ring.py").Ring()
    x = ring.sample(10_000, seed=0)
    assert isinstance(ring, Sampler) and x.dtype == ring.dtype
    assert np.array_equal(x, np.concatenate(ring.chunks(10_000, seed=0)))
    found = rmi_tf.renormalized_mutual_information(lambda x: rmi_tf.tf.norm(x, axis=1), x)
    assert found.rmi == pytest.approx(ring.radius_rmi(), abs=5 * found.se)


def test_the_files_that_the_map_and_the_recipes_link_to_are_there():
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(links) >= 5
    for link in links:
        assert (ROOT / link.replace("\\", "")).exists(), link
