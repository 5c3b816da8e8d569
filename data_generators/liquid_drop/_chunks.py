"""Samples made and cached in chunks, each when it is asked for, so that memory stays bounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from data_generators._blocks import Blocks
from data_generators.liquid_drop._cache import ChunkCache

GROUP = 16  # chunks that may wait for a slow reader


@dataclass(frozen=True)
class Chunks(Blocks[np.ndarray]):
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

    def block(self, index: int) -> np.ndarray:
        """One chunk, from the cache where it is there."""
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
                yield from parallel(delayed(self.block)(i) for i in group)
