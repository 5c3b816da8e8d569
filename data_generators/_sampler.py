"""The contract that every system keeps, written once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

Seed = int | Sequence[int]  # a sequence where one number is not enough: a run and its step


class Sampler(ABC):
    """A distribution that samples with a seed and knows exact answers about itself.

    A subclass is a frozen dataclass whose fields say which distribution it is. They are checked
    when it is made, and n and the seed before anything is drawn: a ValueError begins with the name
    of what was wrong. The seed is a whole number >= 0, or a `Seed` where its `sample` says so. The
    same seed gives the same bits, under the settings of `same_bits` on any x86-64 processor with
    any number of cores; nothing global is seeded. Exact answers are methods, or functions of the
    system in its folder's ``exact.py``, with their formula in the docstring.
    """

    dtype: ClassVar[type[np.float32] | type[np.float64]]
    """What samples are made of."""

    @abstractmethod
    def sample(self, n: int, *, seed: Any) -> np.ndarray:
        """Draw n independent samples, one a row."""

    def chunks(self, n: int, *, seed: Any) -> Sequence[np.ndarray]:
        """The samples of `sample`, in a sequence of arrays that can be read again.

        Here it is one, since all are drawn at once. A system whose samples are large makes each
        array when it is asked for, so that memory stays bounded.
        """
        return [self.sample(n, seed=seed)]
