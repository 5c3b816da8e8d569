"""Features compared on the same samples: a sorted table, and which differences are real.

Use `compare` for features in TensorFlow and `compare_terms` for values and log volumes from
elsewhere. On the same samples most of the scatter is common to all features and leaves their
differences, so these are judged by a standard error of their own, from the differences of the
samples' shares of Ĩ, Eq. (1); it is often several times smaller than what the features' own errors
would add up to.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from rmi_tf.computing.grids import spread_out
from rmi_tf.computing.quiet_tensorflow import Feature
from rmi_tf.computing.samples import Source
from rmi_tf.estimators import pointwise
from rmi_tf.estimators.base import Readings, Shares, warn_of_disagreement
from rmi_tf.estimators.sample import joined
from rmi_tf.information import checked, read, read_terms

import numpy as np

NORMAL_95 = 1.96  # standard errors to either side that hold 95 % of a Gaussian


class Compared(NamedTuple):
    """A feature's place in a comparison, in nats."""

    feature: str
    rmi: float
    se: float  # of rmi
    behind: float  # the best feature's rmi less this one's
    behind_se: float  # its paired standard error
    behind_bias: float  # how much a second estimate of the densities changes it
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
    features: Mapping[str, Feature],
    samples: Any,
    *,
    noise_covariance: Any = None,
    weights: Any = None,
    order: bool = True,
    chains: Any = None,
    period: Any = None,
    spread_seed: int | None = None,
    progress: bool = False,
) -> Comparison:
    """Ĩ(x, f(x)) of several features of the same samples, and how far each is behind the best.

    Args:
        features: by name, each as in `renormalized_mutual_information`, all of the same K.
        samples: array (n, N), or chunks of it.
        noise_covariance: Σ of Appendix A, the same for all.
        weights: of the rows, as in `renormalized_mutual_information`, like the rest.
        order: whether rows may depend on those before.
        chains: lengths of several series.
        period: of a component that lies on a circle, the same for all features.
        spread_seed: where columns lie on a grid.
        progress: show a bar for each feature of three components or more.

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
    source = spread_out(Source(samples), spread_seed)
    rows = checked(source.length, weights, lattice=False, order=order, chains=chains)
    how: dict[str, Any] = {"noise_covariance": noise_covariance, "period": period}
    return _compared(features, lambda feature: read(feature, source, rows, **how), progress)


def compare_terms(
    terms: Mapping[str, tuple[Any, Any]],
    *,
    weights: Any = None,
    order: bool = True,
    chains: Any = None,
    period: Any = None,
    progress: bool = False,
) -> Comparison:
    """The same from values and log volumes, as `evaluate` gives them or from elsewhere.

    A feature is "worse" than the best one where it is further behind than 1.96 paired standard
    errors and twice what a second estimate of the density changes in the difference, beyond its own
    scatter. That shows the bias of both (by half at least, where it grows as the windows' width to
    the power 0.6 or more): two gauges of one feature, equal by Eq. (2), differ by that alone. Of
    two equally good features one is thus called worse in 5 % of cases at most. The level is that of
    each pair; nothing is corrected for how many features there are.

    Args:
        terms: by name, y (n,) or (n, K) and log volume (n,), of the same samples in each.
        weights: of the rows, as in `rmi_from_terms`, like the rest.
        order: whether rows may depend on those before.
        chains: lengths of several series.
        period: of a component that lies on a circle, the same for all features.
        progress: show a bar.

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
    lengths = [len(y) for y, _ in terms.values()]
    rows = checked(min(lengths, default=0), weights, lattice=False, order=order, chains=chains)
    read_one = lambda pair: read_terms(pair[0], pair[1], rows, period=period)  # noqa: E731
    return _compared(terms, read_one, progress)


def _compared(
    features: Mapping[str, Any], read_one: Callable[[Any], Readings], progress: bool
) -> Comparison:
    if len(features) < 2:
        raise ValueError(f"features: expected at least two to compare, got {len(features)}")
    readings = {}
    for name, feature in features.items():
        with _named(name):
            readings[name] = read_one(feature)._replace(progress=progress)
    _check_alike({name: (one.n, one.components) for name, one in readings.items()})
    found = {}
    for name, one in readings.items():
        with _named(name):
            found[name] = pointwise(one.components).judged(one, name="corrected")
            warn_of_disagreement(found[name][0], stacklevel=3, feature=f" of {name!r}")
    _check_alike(
        {name: (result.n, readings[name].components) for name, (result, _) in found.items()}
    )
    first, *others = sorted(found, key=lambda name: -found[name][0].rmi)
    best = found[first][0]
    rows = [Compared(first, best.rmi, best.se, 0.0, 0.0, 0.0, "best")]
    rows += [_behind(name, found[name], found[first]) for name in others]
    return Comparison(tuple(rows), best.n)


def _check_alike(shapes: Mapping[str, tuple[int | None, int]]) -> None:
    if len(set(shapes.values())) > 1:
        # Ĩ = I_ε + K H_ε: with another K another multiple of a resolution has been taken away
        raise ValueError(
            f"features: expected the same samples and the same K, got (n, K) = {shapes}"
        )


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Errors in it say of which feature they are."""
    try:
        yield
    except (TypeError, ValueError) as error:
        error.add_note(f"This is feature {name!r}.")
        raise


def _behind(name: str, own: tuple, best: tuple) -> Compared:
    (result, shares), (highest, of_highest) = own, best
    if shares is None:  # a constant feature
        equal = result.rmi == highest.rmi
        behind = 0.0 if equal else math.inf
        verdict = "not told apart" if equal else "worse"
        return Compared(name, result.rmi, result.se, behind, math.nan, math.nan, verdict)
    difference, se, bias = _paired(of_highest, shares)
    se = math.hypot(se, result.systematic, highest.systematic)  # each fit has an error of its own
    worse = difference > NORMAL_95 * se + 2 * bias
    verdict = "worse" if worse else "not told apart"
    return Compared(name, result.rmi, result.se, difference, se, bias, verdict)


def _paired(best: Shares, own: Shares) -> tuple[float, float, float]:
    """The mean difference, its standard error, and how much a second estimate changes it.

    The density estimates add noise of their own to each, which their mean carries in another
    proportion (`Scatter`). Two features share that noise where they order the samples alike; how
    much of it is left in the differences shows in how they change with the windows.
    """
    usual, wider = best.surprisals - own.surprisals, best.wider - own.wider
    differences = usual - (best.volume - own.volume)
    scatter, noise = own.scatter, 0.0
    if scatter.of_widening > 0:
        noise = float(np.var(usual - wider)) * scatter.of_one / scatter.of_widening
        noise = min(noise, 2 * scatter.of_one, float(np.var(differences)))
    excess = noise * (1 - scatter.of_mean / scatter.of_one) if noise > 0 else 0.0
    paired = own._replace(row=joined(best.row, own.row))
    variance = paired.correlation(differences, excess=excess * own.rows.over_kish()).variance
    # less what the second estimates scatter by themselves
    unsure = math.sqrt(np.var(usual - wider) / len(usual))
    bias = max(float(np.abs(best.changes - own.changes).max()) - unsure, 0.0)
    return own.mean(differences), math.sqrt(variance / len(usual)), bias
