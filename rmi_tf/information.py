"""Renormalized mutual information Ĩ(x, y) = H(y) - <½ ln det(∇f Σ ∇fᵀ)>, Eq. (1), Appendix A.

`renormalized_mutual_information` takes a feature and samples; `rmi_from_terms` takes what they
come to, y and the log volume of each sample, for features from elsewhere and for many features on
the same samples. Estimators:

- ``"corrected"``: m-spacings for K = 1, nearest neighbours for K = 2. Keeps y in memory.
- ``"histogram"``: the paper's, 180 cells an axis. Low by about (occupied cells)/2n, which the
  result carries as `bias_bound`; reads the samples twice and keeps none.
- ``"triangular"``: the paper's differentiable one, for weighted lattices.
"""

import math
from collections.abc import Iterable
from typing import Any, Literal

from rmi_tf._tensorflow import tf
from rmi_tf.cell_sums import CellSums, cells_of_range, rmi_of_cells, sums_of_cells
from rmi_tf.density import Tensor, columns, normalised_weights, regular_cells
from rmi_tf.features import Feature
from rmi_tf.jacobian import check_noise_covariance, feature_terms
from rmi_tf.neighbours import neighbour_terms
from rmi_tf.result import RMI, check_rank, is_constant, value_range
from rmi_tf.samples import MIN_SAMPLES, Source, traced
from rmi_tf.spacings import spacings_excess_variance, spacings_terms

import numpy as np

Estimator = Literal["corrected", "histogram", "triangular"]
TOLD_APART = 180  # values that differ by fewer roundings than this have no density to speak of
ROWS_TO_COMPARE = 50
MOST_ALIKE = 0.1  # share of the samples with one and the same value; rounded data have fewer
BATCHES = 25  # for the neighbours' standard error; its own relative error is then 1/√48


def renormalized_mutual_information(
    feature: Feature,
    samples: Any,
    *,
    estimator: Estimator = "corrected",
    noise_covariance: Any = None,
    weights: Any = None,
    bins: int = 180,
    bounds: Any = None,
) -> RMI:
    """Ĩ(x, f(x)) of a feature from samples of x, Eq. (1); with Σ, the end of Appendix A.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), each sample by itself.
        samples: array (n, N), or chunks of it: a sequence or another iterable that can be read
            more than once. Chunks of a sequence are fetched by several threads.
        estimator: see the module.
        noise_covariance: Σ of Appendix A: variances (N,), a matrix (N, N), or a function of x.
        weights: (n,), for sums over a lattice; only with a histogram and an array of samples.
        bins: cells (or nodes) of a histogram an axis.
        bounds: (low, high) of a histogram; with them the samples are read only once. What lies
            outside counts in the outermost cells.

    Returns:
        The RMI, in nats. -inf for a constant feature, the limit of Eq. (5).

    Raises:
        TypeError: TensorFlow cannot differentiate the feature, or the samples are not numbers.
        ValueError: wrong shapes, samples or values that are not finite, fewer than 100 samples,
            K > 2, negative weights, a Jacobian of rank below K on a share of the samples, a
            feature that is constant on a share of them or differs by rounding only.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import renormalized_mutual_information, tf
        >>> x = np.random.default_rng(0).normal(size=(10_000, 3))
        >>> renormalized_mutual_information(lambda x: tf.norm(x, axis=1), x)
        RMI 0.9855 ± 0.0068 nats = entropy 0.9855 - log volume 0.0000 (corrected, n = 10000)
    """
    _check_estimator(estimator, weights)
    source = Source(samples)
    weights = None if weights is None else _checked_weights(weights, source.rows())
    terms = _traced_terms(feature, source, noise_covariance)
    _check_components(terms.get_concrete_function().output_shapes[0][1])
    if estimator == "corrected":
        return rmi_from_terms(*_all_rows(terms, source))
    triangular = estimator == "triangular"
    values = traced(lambda x: columns(feature(x)), source)
    if bounds is None:
        ranges = list(source.map(lambda x, _: value_range(values(x))))
        low, high = (np.array([r[i] for r in ranges]) for i in (0, 1))
        cells = cells_of_range(
            np.stack([low.min(axis=0), high.max(axis=0)]), bins, triangular=triangular
        )
    else:
        first = values(source.first()[:1])
        cells = regular_cells(first, bins=bins, bounds=bounds, triangular=triangular)

    def sums(x: np.ndarray, rows: slice) -> CellSums:
        y, volume = terms(x)
        w = None if weights is None else weights[rows]
        return sums_of_cells(y, volume, cells, weights=w, triangular=triangular)

    total = CellSums.added(source.map(sums))
    return rmi_of_cells(total, cells, estimator, weighted=weights is not None)


def stacked_terms(features: Iterable[Feature], x: Tensor) -> Tensor:
    """Values and log volumes of F one-component features of the same samples, (F, 2, n).

    Plain TensorFlow, for a graph of the caller's own: what the features have in common is worked
    out once.

    Raises:
        ValueError: a feature with more than one component.

    Example:
        >>> from rmi_tf import linear, stacked_terms, tf
        >>> x = tf.constant([[1.0, 0.0], [0.0, 1.0]])
        >>> stacked_terms([linear([1.0, 0.0]), linear([2.0, 0.0])], x).shape.as_list()
        [2, 2, 2]
    """
    rows = []
    for feature in features:
        y, volume = feature_terms(feature, x)
        if y.shape[1] != 1:
            raise ValueError(f"features: expected one component each, got K = {y.shape[1]}")
        rows.append(tf.stack([y[:, 0], volume]))
    return tf.stack(rows)


def evaluate(
    feature: Feature, samples: Any, *, noise_covariance: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """y, (n, K), and ½ ln det(∇f Σ ∇fᵀ), (n,), of all samples, in chunks on all cores.

    Arguments and errors as in `renormalized_mutual_information`.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import evaluate, linear
        >>> x = np.random.default_rng(0).normal(size=(1000, 2))
        >>> y, log_volume = evaluate(linear([3.0, 4.0]), x)
        >>> y.shape, bool(np.allclose(log_volume, np.log(5)))  # |∇f| = 5
        ((1000, 1), True)
    """
    source = Source(samples)
    return _all_rows(_traced_terms(feature, source, noise_covariance), source)


def rmi_from_terms(
    y: Any,
    log_volume: Any,
    *,
    estimator: Estimator = "corrected",
    weights: Any = None,
    bins: int = 180,
    bounds: Any = None,
) -> RMI:
    """Ĩ from a feature's values and log volumes: Eq. (1) for features from elsewhere.

    Args:
        y: (n,) or (n, K).
        log_volume: (n,), ½ ln det(J Σ Jᵀ) of each sample, as `rmi_tf.log_volume` gives it.
        estimator: as in `renormalized_mutual_information`, like the rest.
        weights: (n,), with a histogram.
        bins: cells (or nodes) of a histogram an axis.
        bounds: (low, high) of a histogram; what lies outside counts in the outermost cells.

    Returns and raises as `renormalized_mutual_information`.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import rmi_from_terms
        >>> y = np.random.default_rng(0).normal(size=10_000)
        >>> rmi_from_terms(y, np.zeros(10_000))  # |∇f| = 1; exactly ½ ln 2πe = 1.419
        RMI 1.4197 ± 0.0071 nats = entropy 1.4197 - log volume 0.0000 (corrected, n = 10000)
    """
    _check_estimator(estimator, weights)
    if np.iscomplexobj(y) or np.iscomplexobj(log_volume):
        raise TypeError("y, log_volume: expected real numbers, got complex ones")
    y, volume = columns(np.asarray(y)).numpy(), np.asarray(log_volume, np.float64)
    if volume.shape != y.shape[:1]:
        raise ValueError(f"log_volume: expected shape ({len(y)},), got {volume.shape}")
    _check_components(y.shape[1])
    least = MIN_SAMPLES if y.shape[1] == 1 else 10 * BATCHES
    if len(y) < least:
        raise ValueError(f"samples: expected at least {least} for K = {y.shape[1]}, got {len(y)}")
    if np.isnan(volume).any() or np.isposinf(volume).any():
        raise ValueError("log_volume: expected numbers or -inf, got nan or inf")
    if estimator != "corrected":
        weights = None if weights is None else _checked_weights(weights, len(y))
        triangular = estimator == "triangular"
        if bounds is None:
            cells = cells_of_range(np.stack(value_range(y)), bins, triangular=triangular)
        else:
            cells = regular_cells(tf.constant(y), bins=bins, bounds=bounds, triangular=triangular)
        total = sums_of_cells(y, volume, cells, weights=weights, triangular=triangular)
        return rmi_of_cells(total, cells, estimator, weighted=weights is not None)
    if is_constant(np.stack(value_range(y)), TOLD_APART, moves=bool(np.isfinite(volume).any())):
        return RMI(-math.inf, math.nan, -math.inf, float(volume.mean()), len(y), estimator, 0.0)
    check_rank(np.isneginf(volume).mean())
    terms = _density_terms(y)
    entropy, mean_volume = terms.mean(), volume.mean()
    if y.shape[1] == 1:
        variance = float(np.var(terms - volume, ddof=1)) - spacings_excess_variance(len(y))
        se = math.sqrt(max(variance, 0.0) / len(y))
    else:
        se = _batch_error(y, volume)
    return RMI(
        float(entropy - mean_volume), se, float(entropy), float(mean_volume), len(y), estimator, 0.0
    )


def _traced_terms(feature: Feature, source: Source, noise_covariance: Any) -> Any:
    if noise_covariance is not None:
        check_noise_covariance(noise_covariance, source.first())
    terms = traced(lambda x: feature_terms(feature, x, noise_covariance=noise_covariance), source)
    _check_each_by_itself(terms, source.first()[:ROWS_TO_COMPARE])
    return terms


def _check_each_by_itself(terms: Any, x: np.ndarray) -> None:
    """Eq. (1) wants f(x) of each x; a mean over the samples would make y of all of them depend.

    The last two rows alone have to give what they give among others.
    """
    among, alone = (terms(some)[0].numpy() for some in (x, x[-2:]))
    change = np.abs(alone - among[-2:])
    # rounding may differ with the number of rows, in float32 by some 1e-6 of the values
    if np.any(change > 1e-3 * among.std(axis=0) + 1e-5 * np.abs(among).max(axis=0)):
        raise ValueError(
            "feature: expected values of each sample by itself, but they change where other "
            f"samples are left out, by {change.max():.2g}"
        )


def _all_rows(terms: Any, source: Source) -> tuple[np.ndarray, np.ndarray]:
    parts = list(source.map(lambda x, _: [t.numpy() for t in terms(x)]))
    return np.concatenate([y for y, _ in parts]), np.concatenate([v for _, v in parts])


def _check_components(count: int) -> None:
    if not 1 <= count <= 2:
        raise ValueError(f"feature: expected K = 1 or 2 components, got K = {count}")


def _density_terms(y: np.ndarray) -> np.ndarray:
    """-ln p̂(y_i) by the accurate estimator for this number of components."""
    if y.shape[1] == 1:
        alike = np.unique(y, return_counts=True)[1].max() / len(y)
        if alike > MOST_ALIKE:
            raise ValueError(
                f"feature: expected values that have a density, but it has one and the same value "
                f"on {alike:.0%} of the samples"
            )
        return spacings_terms(tf.constant(y, tf.float64)).numpy()
    terms = neighbour_terms(y)
    share = np.isneginf(terms).mean()
    if share > 0:
        raise ValueError(
            f"feature: expected different values for different samples, but several have the same "
            f"value on {share:.2%} of them"
        )
    return terms


def _batch_error(y: np.ndarray, volume: np.ndarray) -> float:
    """Standard error from independent batches, with neighbours found within each."""
    size = len(y) // BATCHES
    rmis = [
        np.mean(neighbour_terms(y[i : i + size]) - volume[i : i + size])
        for i in range(0, BATCHES * size, size)
    ]
    return float(np.std(rmis, ddof=1) / math.sqrt(BATCHES))


def _check_estimator(estimator: str, weights: Any) -> None:
    if estimator not in ("corrected", "histogram", "triangular"):
        raise ValueError(
            f"estimator: expected 'corrected', 'histogram' or 'triangular', got {estimator!r}"
        )
    if weights is not None and estimator == "corrected":
        raise ValueError("weights: they go with a histogram, got estimator 'corrected'")


def _checked_weights(weights: Any, n: int) -> np.ndarray:
    return normalised_weights(weights, n, tf.float64).numpy()
