"""Samples in blocks, each made when it is asked for, so that memory stays bounded."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar, overload

Block = TypeVar("Block")


class Blocks(Sequence[Block], Generic[Block]):
    """A sequence whose members are made on demand: a subclass has its length and `block`."""

    @abstractmethod
    def block(self, index: int) -> Block:
        """Make the block of that number, from 0 to the length."""

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> list[Block]: ...
    def __getitem__(self, index):
        """The block of that number, which may count from the end, or a list of blocks."""
        chosen = range(len(self))[index]  # an IndexError at the end, so that iteration stops
        return [self.block(i) for i in chosen] if isinstance(index, slice) else self.block(chosen)
