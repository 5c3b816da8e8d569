"""Renormalized mutual information Ĩ(x, y) = H(y) - <½ ln det(∇f Σ ∇fᵀ)>, Eq. (1), Appendix A.

One road for all: what is asked for is checked, the feature's values and log volumes are worked out
chunk by chunk (`Readings`), an estimator collects what it needs of them and gives the result
(`rmi_tf.estimators` has the table). `renormalized_mutual_information` takes it from the start, with
a feature and samples; `rmi_from_terms` enters it later, with values and log volumes in one chunk:
features from elsewhere, or many features on the same samples.
"""

from collections.abc import Callable, Iterable
from typing import Any

from rmi_tf.computing.circles import periods
from rmi_tf.computing.features import check_each_by_itself
from rmi_tf.computing.grids import grids, spread_out
from rmi_tf.computing.quiet_tensorflow import Feature, Tensor, tf
from rmi_tf.computing.rows import Rows, checked_rows
from rmi_tf.computing.samples import Source, traced
from rmi_tf.density import columns, normalised_weights
from rmi_tf.estimators import RMI, check_name, chosen
from rmi_tf.estimators.base import Readings
from rmi_tf.jacobian import feature_terms
from rmi_tf.noise import Noise

import numpy as np


def renormalized_mutual_information(
    feature: Feature,
    samples: Any,
    *,
    estimator: str = "corrected",
    noise_covariance: Any = None,
    weights: Any = None,
    lattice: bool = False,
    order: bool = True,
    chains: Any = None,
    period: Any = None,
    spread_seed: int | None = None,
    bins: int = 180,
    bounds: Any = None,
    progress: bool = False,
) -> RMI:
    """Ĩ(x, f(x)) of a feature from samples of x, Eq. (1); with Σ, the end of Appendix A.

    Args:
        feature: TensorFlow operations from (n, N) to (n,) or (n, K), each sample by itself.
        samples: array (n, N), or chunks of it: a sequence or another iterable that can be read
            more than once. Chunks of a sequence are fetched by several threads.
        estimator: see `rmi_tf.estimators`.
        noise_covariance: Σ of Appendix A: variances (N,), a matrix (N, N), or a function of x.
        weights: (n,), of the rows of an array: a reweighted sample's, or a lattice's.
        lattice: the samples are a lattice and no draws, so nothing has an error; with a histogram.
        order: rows stand in the order in which they were taken, so that neighbouring ones may
            depend on each other; False for a sorted table or low-discrepancy points.
        chains: lengths of the pieces, where several series stand one after the other.
        period: of a component that lies on a circle, or of each one, None where it does not.
        spread_seed: of a uniform spread over one step of each column of samples that lies on a
            grid, as a digital instrument gives it; only with an array.
        bins: cells (or nodes) of a histogram an axis.
        bounds: (low, high) of a histogram; with them the samples are read only once. What lies
            outside counts in the outermost cells.
        progress: show a bar where densities are fitted, for K ≥ 3: about a minute.

    Returns:
        The RMI, in nats. -inf for a constant feature, the limit of Eq. (5).

    Raises:
        TypeError: TensorFlow cannot differentiate the feature, or the samples are not numbers.
        ValueError: wrong shapes, samples or values that are not finite, fewer than 100 samples
            (250 for K = 2, 1000 for more), K > 20 (2 for a histogram), negative weights, a
            Jacobian of rank below K on a share of the samples, a feature that is constant on a
            share of them or differs by rounding only.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import renormalized_mutual_information, tf
        >>> x = np.random.default_rng(0).normal(size=(10_000, 3))
        >>> renormalized_mutual_information(lambda x: tf.norm(x, axis=1), x)
        RMI 0.9855 ± 0.0068 nats = entropy 0.9855 - log volume 0.0000 (corrected, n = 10000)
    """
    source = spread_out(Source(samples), spread_seed)
    rows = checked(source.length, weights, lattice=lattice, order=order, chains=chains)
    check_name(estimator, lattice=lattice)
    readings = read(feature, source, rows, noise_covariance=noise_covariance, period=period)
    return _estimated(readings._replace(progress=progress), estimator, bins, bounds)


def rmi_from_terms(
    y: Any,
    log_volume: Any,
    *,
    estimator: str = "corrected",
    weights: Any = None,
    lattice: bool = False,
    order: bool = True,
    chains: Any = None,
    period: Any = None,
    bins: int = 180,
    bounds: Any = None,
    progress: bool = False,
) -> RMI:
    """Ĩ from a feature's values and log volumes: Eq. (1) for features from elsewhere.

    Args:
        y: (n,) or (n, K).
        log_volume: (n,), ½ ln det(J Σ Jᵀ) of each sample, as `rmi_tf.log_volume` gives it.
        estimator: as in `renormalized_mutual_information`, like the rest.
        weights: of the rows.
        lattice: whether they are a lattice's.
        order: whether rows may depend on those before.
        chains: lengths of several series.
        period: of a component that lies on a circle.
        bins: cells (or nodes) of a histogram an axis.
        bounds: (low, high) of a histogram; what lies outside counts in the outermost cells.
        progress: show a bar.

    Returns and raises as `renormalized_mutual_information`.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import rmi_from_terms
        >>> y = np.random.default_rng(0).normal(size=10_000)
        >>> rmi_from_terms(y, np.zeros(10_000))  # |∇f| = 1; exactly ½ ln 2πe = 1.419
        RMI 1.4197 ± 0.0071 nats = entropy 1.4197 - log volume 0.0000 (corrected, n = 10000)
    """
    rows = checked(len(y), weights, lattice=lattice, order=order, chains=chains)
    check_name(estimator, lattice=lattice)
    readings = read_terms(y, log_volume, rows, period=period)
    return _estimated(readings._replace(progress=progress), estimator, bins, bounds)


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
    return read(feature, Source(samples), Rows(), noise_covariance=noise_covariance).gathered()


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


def _estimated(readings: Readings, name: str, bins: int, bounds: Any) -> RMI:
    estimator = chosen(name, readings.components)
    estimator.check_count(readings.n, readings.components)
    return estimator.estimate(readings, name=name, bins=bins, bounds=bounds)


def checked(n: int | None, weights: Any, **known: Any) -> Rows:
    """What a caller says of n rows, None where they are not counted yet."""
    if weights is not None:
        if n is None:
            raise ValueError("weights: expected samples in one array, got chunks")
        weights = normalised_weights(weights, n, tf.float64).numpy()
    return checked_rows(weights, n, **known)


def read_terms(y: Any, log_volume: Any, rows: Rows, *, period: Any = None) -> Readings:
    """Values and log volumes from elsewhere, as one chunk."""
    if np.iscomplexobj(y) or np.iscomplexobj(log_volume):
        raise TypeError("y, log_volume: expected real numbers, got complex ones")
    y, volume = columns(np.asarray(y)).numpy(), np.asarray(log_volume, np.float64)
    if volume.shape != y.shape[:1]:
        raise ValueError(f"log_volume: expected shape ({len(y)},), got {volume.shape}")
    return Readings(
        components=y.shape[1],
        dtype=y.dtype,
        n=len(y),
        of_values=lambda function: [function(y)],
        of_both=lambda function: [function(y, volume, rows.weights)],
        rows=rows,
        period=periods(period, y.shape[1]),
    )


def read(
    feature: Feature, source: Source, rows: Rows, *, noise_covariance: Any, period: Any = None
) -> Readings:
    """What the feature comes to on the samples; nothing but a few of them is worked out yet."""
    first = source.first()
    noise = Noise.of(noise_covariance, first)
    both: Any = traced(lambda x: feature_terms(feature, x, noise_covariance=noise), source)
    check_each_by_itself(both, first)
    y = both.get_concrete_function().structured_outputs[0]

    def of_values(function: Callable) -> Iterable:
        values = traced(lambda x: columns(feature(x)), source)
        return source.map(lambda x, _: function(values(x).numpy()))

    def of_both(function: Callable) -> Iterable:
        def of_chunk(x: np.ndarray, some: slice) -> Any:
            weights = None if rows.weights is None else rows.weights[some]
            return function(*(part.numpy() for part in both(x)), weights)

        return source.map(of_chunk)

    return Readings(
        components=y.shape[1],
        dtype=y.dtype,
        n=source.length,
        of_values=of_values,
        of_both=of_both,
        rows=rows,
        period=periods(period, y.shape[1]),
        grids=lambda: grids(source),
    )
