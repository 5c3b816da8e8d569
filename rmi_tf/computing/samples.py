"""Samples in chunks: an array cut in slices, or any source of chunks that can be read again.

Everything that can be large passes through here one chunk at a time, so that memory does not grow
with the number of samples; chunks are worked out side by side, one thread a core, and put together
in their order. An array may be mapped from a file (``numpy.load(path, mmap_mode="r")``), and
batches of a `tf.data.Dataset` are chunks.
"""

from collections.abc import Callable, Iterator
from typing import Any

from rmi_tf.computing.blocks import blockwise
from rmi_tf.computing.quiet_tensorflow import tf
from rmi_tf.computing.tables import as_array, check_finite, names_of, warn_of_constant_columns

import numpy as np
from joblib import Parallel, delayed

MIN_SAMPLES = 100
CHUNK_BYTES = 2_000_000  # large beside an operation's overhead, small beside the processor's cache


class Source:
    """Samples as chunks: an array cut in slices, or an iterable of arrays as it comes."""

    def __init__(self, samples: Any, *, tell_constant: bool = True):
        self.array = None
        self.sites: int | None = None  # N, known once a chunk has been read
        self.names: list | None = None  # of columns, where a data frame gives them
        self.chunks = samples
        if hasattr(samples, "shape"):
            self.array, self.names = as_array(samples, least=MIN_SAMPLES), names_of(samples)
            size = 4 if self.array.dtype == np.float32 else 8  # of a number once it is read
            rows = max(1, CHUNK_BYTES // (size * self.array.shape[1]))
            self.slices = [slice(i, i + rows) for i in range(0, len(self.array), rows)]
            check_finite(self.array, self.names, slices=self.slices)
            # at the line that calls the library: Source is made in what is called there
            if tell_constant:
                warn_of_constant_columns(self.array, self.names, slices=self.slices, stacklevel=3)
        elif isinstance(samples, Iterator) or not hasattr(samples, "__iter__"):
            raise TypeError(
                f"samples: expected an array (n, N) or chunks that can be read again, got "
                f"{type(samples).__name__}"
            )

    def first(self) -> np.ndarray:
        """The first chunk."""
        if self.array is not None:
            return _real(self.array[self.slices[0]])
        for chunk in self.chunks:
            first = self._checked(chunk)
            self.sites = first.shape[1]
            return first
        raise ValueError("samples: expected at least one chunk, got none")

    @property
    def length(self) -> int | None:
        """How many samples there are, where that is known without reading them."""
        return None if self.array is None else len(self.array)

    def whole(self, name: str) -> np.ndarray:
        """All samples in one array, which the argument of this name needs."""
        if self.array is None:
            raise ValueError(f"{name}: expected samples in one array, got chunks")
        return self.array

    def map(self, function: Callable[[np.ndarray, slice], Any]) -> Iterator:
        """`function(chunk, rows)` of each chunk in order, worked out by one thread a core."""
        return iter(
            Parallel(n_jobs=-1, prefer="threads", return_as="generator", batch_size=1)(
                self._calls(function)
            )
        )

    def _calls(self, function: Callable) -> Iterator:
        if self.array is not None:
            for rows in self.slices:
                # the thread that works on a slice also reads it
                yield delayed(lambda rows: function(_real(self.array[rows]), rows))(rows)
        elif hasattr(self.chunks, "__getitem__"):
            # the thread that works on a chunk also fetches it
            for i in range(len(self.chunks)):
                yield delayed(lambda i: function(self._checked(self.chunks[i]), None))(i)
        else:
            for chunk in self.chunks:
                yield delayed(function)(self._checked(chunk), None)

    def _checked(self, chunk: Any) -> np.ndarray:
        if isinstance(chunk, tuple | dict):
            raise TypeError(f"samples: expected chunks (n, N), got a {type(chunk).__name__}")
        x = as_array(chunk)
        check_finite(x, names_of(chunk))
        if self.sites not in (None, x.shape[1]):
            raise ValueError(f"samples: expected chunks (n, {self.sites}), got {x.shape}")
        return _real(x)


def _real(x: np.ndarray) -> np.ndarray:
    return x if x.dtype in (np.float32, np.float64) else x.astype(np.float64)


def traced(function: Callable, source: Source) -> Callable:
    """The function as a graph for chunks of any length, traced anew at each call of the library.

    A graph kept from call to call would not see that a value which the feature refers to has
    changed since.
    """
    first = source.first()
    signature = tf.TensorSpec([None, first.shape[1]], first.dtype)
    in_blocks = blockwise(function, signature)
    graph = tf.function(in_blocks, input_signature=[signature], autograph=False)
    graph.get_concrete_function()  # here and not in a thread, so that errors come at once
    return graph
