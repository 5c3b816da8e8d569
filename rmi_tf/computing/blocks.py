"""Products whose bits do not depend on the processor: blocks of 256 rows, each a product by itself.

A large matrix product is cut into blocks that fit into the processor's cache. The rows at the edge
of one are rounded otherwise than those within, and a long sum is cut where the cache ends, so the
last bits depend on the cache's size. Products of at most 256 rows, columns and terms (128 in
float64) are whole on every processor. Wherever samples are rows, use `matmul` and `gram` in place
of TensorFlow's, and `blockwise` for a feature of which nothing is known, such as a Keras model.

For the same bits no float32 reciprocal is taken: each maker's processors approximate it in a way of
their own. Divide, and take logarithms by `log`: the gradient of TensorFlow's own is a reciprocal.
(Vector widths, which matter too, are settings: see `same_bits`.)
"""

from collections.abc import Callable
from typing import Any

from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np

ROWS = 256  # Eigen cuts sums of more than 288 terms for a cache of 32 KiB, the smallest there is
UNROLLED = 64  # blocks at most that a graph holds one beside the other, which is faster than a loop
PRODUCTS = {"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "MatMul"}


def blockwise(function: Callable, signature: Any) -> Callable:
    """A function of samples, handed 256 of them at a time if a product in it would have more rows.

    Any Keras model can so have the same bits on every processor, if its layers are dense, of
    samples (n, N), and at most 256 wide (wider ones and Keras's convolutions stay the
    processor's own; `rmi_tf.networks` has some that do not). In
    an ascent it costs nothing: a block's intermediate results stay in the cache.

    Args:
        function: from samples (n, N) to a tensor or several, whose first axis is n, each sample by
            itself.
        signature: a `tf.TensorSpec` of all samples, (n, N) or (None, N).
    """
    rows = _rows(signature.dtype)
    if not _has_long_products(function, signature, rows):
        return function

    def unrolled(x: Tensor) -> Any:
        parts = [function(x[i : i + rows]) for i in range(0, x.shape[0], rows)]
        return tf.nest.map_structure(lambda *part: tf.concat(part, axis=0), *parts)

    def in_a_loop(x: Tensor) -> Any:
        n = tf.shape(x)[0]
        # the last block is filled with copies of the last sample: zeros may have no gradient
        filled = tf.gather(x, tf.minimum(tf.range(-(-n // rows) * rows), n - 1))
        blocks = tf.reshape(filled, (-1, rows, x.shape[1]))
        one = _graph(function, tf.TensorSpec([rows, x.shape[1]], x.dtype))
        specs = tf.nest.map_structure(
            lambda t: tf.TensorSpec(t.shape, t.dtype), one.structured_outputs
        )
        found = tf.map_fn(function, blocks, fn_output_signature=specs)
        return tf.nest.map_structure(lambda t: tf.reshape(t, (-1, *t.shape[2:]))[:n], found)

    if _at_most(signature.shape[0], UNROLLED * rows):
        return unrolled
    looped = _graph(in_a_loop, signature)  # made here: TensorFlow warns of what it traces often
    return lambda x: looped(tf.convert_to_tensor(x))


def in_blocks(function: Callable, x: Tensor) -> Any:
    """The value of a `blockwise` function at samples x (n, N)."""
    return blockwise(function, tf.TensorSpec(x.shape, x.dtype))(x)


def matmul(x: Tensor, w: Tensor) -> Tensor:
    """The product of samples x (n, N) with a matrix w (N, M): (n, M).

    Example:
        >>> from rmi_tf import tf
        >>> from rmi_tf.computing.blocks import matmul
        >>> matmul(tf.ones((300, 2)), tf.constant([[1.0], [2.0]]))[299].numpy().tolist()
        [3.0]
    """
    rows = _rows(x.dtype)
    blocks = _cut(x, rows)
    columns = [
        tf.add_n([tf.matmul(blocks[..., i], w[i, j]) for i in _parts(w.shape[0], rows)])
        for j in _parts(w.shape[1], rows)
    ]
    return tf.reshape(tf.concat(columns, axis=-1), (-1, w.shape[1]))[: tf.shape(x)[0]]


def gram(x: Tensor, y: Tensor) -> Tensor:
    """Σ over the samples of x_i y_j, for x (n, N) and y (n, M): (N, M).

    Example:
        >>> from rmi_tf import tf
        >>> from rmi_tf.computing.blocks import gram
        >>> gram(tf.ones((300, 2)), tf.ones((300, 1))).numpy().tolist()
        [[300.0], [300.0]]
    """
    rows = _rows(x.dtype)
    left, right = _cut(x, rows), _cut(y, rows)
    tiles = [
        [
            tf.reduce_sum(tf.matmul(left[..., i], right[..., j], transpose_a=True), axis=0)
            for j in _parts(y.shape[1], rows)
        ]
        for i in _parts(x.shape[1], rows)
    ]
    return tf.concat([tf.concat(row, axis=1) for row in tiles], axis=0)


def covariance(y: np.ndarray) -> np.ndarray:
    """<y_i y_j> - <y_i><y_j> of NumPy's samples (n, K), over n - 1: (K, K).

    For the few components of a feature; a sum each, since the cache would cut BLAS's product.
    """
    away = y - y.mean(axis=0)
    first, second = np.tril_indices(y.shape[1])
    found = np.empty((len(y.T), len(y.T)))
    for i, j in zip(first, second, strict=True):
        found[i, j] = found[j, i] = np.sum(away[:, i] * away[:, j]) / (len(y) - 1)
    return found


def forward_substitution(factor: Any, y: Any) -> list:
    """The columns (n,) of z with L z = y for each row of y (n, K) and a lower triangular L (K, K).

    For NumPy's arrays and for tensors. A library's solver would go by blocks; here each column is a
    sum of columns.
    """
    z: list = []
    for k in range(y.shape[1]):
        rest = y[:, k]
        for j, column in enumerate(z):
            rest = rest - factor[k, j] * column
        z.append(rest / factor[k, k])
    return z


def log(x: Tensor) -> Tensor:
    """The natural logarithm by way of float64, in whose gradient the reciprocal is a division."""
    return tf.cast(tf.math.log(tf.cast(x, tf.float64)), x.dtype)


def _rows(dtype: Any) -> int:
    return ROWS * 4 // tf.as_dtype(dtype).size


def _cut(x: Tensor, rows: int) -> Tensor:
    """Samples (n, N) as (B, rows, N), the last block filled up with zeros; few are one block."""
    n = x.shape[0]
    if _at_most(n, rows):
        return x[tf.newaxis]
    if n is None or n % rows:
        x = tf.pad(x, [[0, -(tf.shape(x)[0] if n is None else n) % rows], [0, 0]])
    return tf.reshape(x, (-1, rows, x.shape[1]))


def _at_most(size: int | None, most: int) -> bool:
    return size is not None and size <= most


def _parts(size: int, most: int) -> list[slice]:
    return [slice(i, i + most) for i in range(0, size, most)]


def _graph(function: Callable, signature: Any) -> Any:
    traced = tf.function(function, input_signature=[signature], autograph=False)
    return traced.get_concrete_function()


def _has_long_products(function: Callable, signature: Any, rows: int) -> bool:
    try:
        graph = _graph(function, signature).graph
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return False  # it is no function of TensorFlow's: its own call tells of it

    def is_long(operation: Any) -> bool:
        if operation.type not in PRODUCTS:
            return False
        shape = operation.outputs[0].shape
        # a product with a single vector is not cut
        return shape.rank is None or (shape[-1] != 1 and not _at_most(shape[-2], rows))

    called = graph.as_graph_def().library.function  # their shapes are not known
    return any(map(is_long, graph.get_operations())) or any(
        node.op in PRODUCTS for function in called for node in function.node_def
    )
