"""Samples made and cached in chunks, each when it is asked for, so that memory stays bounded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from joblib import Parallel, delayed

from data_generators._drop_cache import ChunkCache

GROUP = 16  # chunks that may wait for a slow reader


@dataclass(frozen=True)
class Chunks(Sequence):
    """Arrays of equally many samples, the last one cut to make n of them in all.

    Args:
        make: gives chunk i whole, the same bits each time.
        rows: how many samples a whole chunk has.
        n: how many samples there are.
        cache: where finished chunks are kept and looked for.
    """

    make: Callable[[int], np.ndarray]
    rows: int
    n: int
    cache: ChunkCache | None = None

    def __len__(self) -> int:
        return -(-self.n // self.rows)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        index = range(len(self))[index]  # an IndexError at the end, so that iteration stops
        chunk = None if self.cache is None else self.cache.read(index)
        if chunk is None:
            chunk = self.make(index)
            if self.cache is not None:
                self.cache.write(index, chunk)
        return chunk[: self.n - index * self.rows]

    def __iter__(self) -> Iterator[np.ndarray]:
        with Parallel(n_jobs=-1, prefer="threads", batch_size=1) as parallel:
            for first in range(0, len(self), GROUP):
                group = range(first, min(first + GROUP, len(self)))
                yield from parallel(delayed(self.__getitem__)(i) for i in group)
