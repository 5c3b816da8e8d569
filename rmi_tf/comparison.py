"""Features compared on the same samples: a sorted table, and which differences are real.

Use `compare` for features in TensorFlow and `compare_terms` for values and log volumes from
elsewhere. On the same samples most of the scatter is common to all features and leaves their
differences, so these are judged by a standard error of their own, from the differences of the
samples' shares of Ĩ, Eq. (1); it is often several times smaller than what the features' own errors
would add up to.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from rmi_tf.computing.quiet_tensorflow import Feature
from rmi_tf.density import columns
from rmi_tf.estimators import RMI, pointwise
from rmi_tf.information import evaluate, rmi_from_terms

import numpy as np
from scipy.special import polygamma

NORMAL_95 = 1.96  # standard errors to either side that hold 95 % of a Gaussian


class Compared(NamedTuple):
    """A feature's place in a comparison, in nats."""

    feature: str
    rmi: float
    se: float  # of rmi
    behind: float  # the best feature's rmi less this one's
    behind_se: float  # its paired standard error
    behind_bias: float  # how much it changes when the density estimates' windows are doubled
    verdict: str  # "best", "worse", or "not told apart" from the best


class Comparison(NamedTuple):
    """Features by falling RMI; ``pandas.DataFrame(comparison.rows)`` is the same as a table."""

    rows: tuple[Compared, ...]
    n: int

    def __repr__(self) -> str:
        width = max(len("feature"), *(len(row.feature) for row in self.rows))
        lines = [f"{'feature':{width}s}      RMI      se   behind      se  (nats, n = {self.n})"]
        for row in self.rows:
            behind = f"{row.behind:8.4f} {row.behind_se:7.2g}" if row.behind else f"{'':16s}"
            numbers = f"{row.rmi:8.4f} {row.se:7.2g} {behind}"
            lines.append(f"{row.feature:{width}s} {numbers}  {row.verdict}")
        return "\n".join(lines)


def compare(
    features: Mapping[str, Feature], samples: Any, *, noise_covariance: Any = None
) -> Comparison:
    """Ĩ(x, f(x)) of several features of the same samples, and how far each is behind the best.

    Args:
        features: by name, each as in `renormalized_mutual_information`, all of the same K.
        samples: array (n, N) of independent samples, or chunks of it.
        noise_covariance: Σ of Appendix A, the same for all.

    Returns:
        The comparison, in nats, as `compare_terms` judges it.

    Raises as `renormalized_mutual_information` and `compare_terms`; a note names the feature.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import compare, linear
        >>> x = np.random.default_rng(0).normal(size=(1000, 2)) * [1, 2]
        >>> compare({"narrow": linear([1, 0]), "wide": linear([0, 1])}, x)
        feature      RMI      se   behind      se  (nats, n = 1000)
        wide      2.0982   0.023                   best
        narrow    1.4351   0.023   0.6631   0.032  worse
    """
    terms = {}
    for name, feature in features.items():
        try:
            terms[name] = evaluate(feature, samples, noise_covariance=noise_covariance)
        except (TypeError, ValueError) as error:
            error.add_note(f"This is feature {name!r}.")
            raise
    return compare_terms(terms)


def compare_terms(terms: Mapping[str, tuple[Any, Any]]) -> Comparison:
    """The same from values and log volumes, as `evaluate` gives them or from elsewhere.

    A feature is "worse" than the best one where it is further behind than 1.96 paired standard
    errors and than doubling the windows of the density estimates changes, which shows their bias:
    two gauges of one feature, equal by Eq. (2), differ by that alone. Of two equally good features
    one is thus called worse in 5 % of cases. The level is that of each pair; nothing is corrected
    for how many features there are.

    Args:
        terms: by name, y (n,) or (n, K) and log volume (n,), of the same samples in each.

    Raises:
        ValueError: fewer than two features; another number of samples or components in some; and
            as in `rmi_from_terms`, with a note that names the feature.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import compare_terms
        >>> y = np.random.default_rng(0).normal(size=(2, 1000))
        >>> terms = {"y": (y[0], np.zeros(1000)), "with a steep gradient": (y[1], np.ones(1000))}
        >>> [(row.feature, row.verdict) for row in compare_terms(terms).rows]
        [('y', 'best'), ('with a steep gradient', 'worse')]
    """
    if len(terms) < 2:
        raise ValueError(f"features: expected at least two to compare, got {len(terms)}")
    results, each = {}, {}
    for name, (y, volume) in terms.items():
        try:
            results[name] = rmi_from_terms(y, volume)
        except ValueError as error:
            error.add_note(f"This is feature {name!r}.")
            raise
        each[name] = columns(np.asarray(y)).numpy(), np.asarray(volume, np.float64)
    shapes = {name: y.shape for name, (y, _) in each.items()}
    if len(set(shapes.values())) > 1:
        # Ĩ = I_ε + K H_ε: with another K another multiple of a resolution has been taken away
        raise ValueError(f"features: expected the same samples and the same K, got {shapes}")
    order = sorted(results, key=lambda name: -results[name].rmi)
    best = results[order[0]]
    highest = _contributions(*each[order[0]]) if math.isfinite(best.rmi) else None
    rows = [Compared(order[0], best.rmi, best.se, 0.0, 0.0, 0.0, "best")]
    rows += [_behind(name, results[name], best, each[name], highest) for name in order[1:]]
    return Comparison(tuple(rows), best.n)


def _behind(name: str, result: RMI, best: RMI, own: tuple, highest: Any) -> Compared:
    if not math.isfinite(result.rmi):  # a constant feature
        equal = result.rmi == best.rmi
        behind = 0.0 if equal else math.inf
        verdict = "not told apart" if equal else "worse"
        return Compared(name, result.rmi, result.se, behind, math.nan, math.nan, verdict)
    differences = highest - _contributions(*own)
    difference, se, bias = _paired(differences, own[0].shape[1])
    worse = difference > max(NORMAL_95 * se, abs(bias))
    verdict = "worse" if worse else "not told apart"
    return Compared(name, result.rmi, result.se, difference, se, bias, verdict)


def _contributions(y: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Each sample's share of Ĩ with the usual windows and with doubled ones, (2, n)."""
    estimator = pointwise(y.shape[1])
    return np.stack([estimator.surprisals(y, coarser=c) for c in (1, 2)]) - volume


def _paired(differences: np.ndarray, components: int) -> tuple[float, float, float]:
    """Mean of the differences (2, n), its standard error, and its change when doubled.

    The density estimates add noise of their own to each, with variance ψ'(w) for w marks or
    neighbours, which their mean carries in another proportion (`Pointwise.excess_variance`). Two
    features share that noise where they order the samples alike; how much of it is left in the
    differences shows in how they change with the windows, for ψ'(w) - ψ'(2w) of it changes.
    """
    usual, doubled = differences
    n, estimator = len(usual), pointwise(components)
    w, excess = estimator.marks, estimator.excess_variance(n)
    own, changing = polygamma(1, w), polygamma(1, w) - polygamma(1, 2 * w)
    scatter = np.var(usual, ddof=1)
    noise = min(np.var(usual - doubled) * own / changing, 2 * own, scatter)
    se = math.sqrt((scatter - noise * excess / own) / n)
    return float(usual.mean()), se, float(np.mean(usual - doubled))
