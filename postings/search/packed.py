"""Columns of a base in fewer bytes, read as if they were arrays of ``int64``: there are six hundred thousand rows in
every web process, and what is kept of each should be worth its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Integers = npt.NDArray[np.integer[Any]]
# The longest stretch of microseconds that an offset can tell: some 71 minutes.
LONGEST = int(np.iinfo(np.uint32).max)


class Amounts(Protocol):
    """What a search asks of a column of amounts; any array of numbers answers it."""

    def __len__(self) -> int: ...
    def __getitem__(self, where: Any, /) -> Any: ...
    def __ge__(self, amount: Any, /) -> Any: ...
    def __le__(self, amount: Any, /) -> Any: ...


class Moments(Protocol):
    """The same of a column of moments."""

    def __getitem__(self, where: Any, /) -> Any: ...
    def __ge__(self, moment: Any, /) -> Any: ...
    def searchsorted(self, moment: int, /, side: Literal["left", "right"] = "left") -> Any: ...


def narrow(column: Integers) -> Integers:
    """The same numbers in the smallest signed type that holds them and one more: who counts them adds one."""
    highest = int(column.max()) if len(column) else 0
    kind = next((kind for kind in (np.int16, np.int32) if highest < np.iinfo(kind).max), np.int64)
    return column.astype(kind, copy=False)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Amounts of which few differ: each row has the rank of its amount, so that ranks compare as the amounts do."""

    ranks: npt.NDArray[np.uint16]
    amounts: Ints

    @classmethod
    def of(cls, column: Integers) -> Self | Integers:
        """The column itself, narrower, where too many differ."""
        amounts, ranks = np.unique(column, return_inverse=True)
        if len(amounts) > np.iinfo(np.uint16).max:
            return narrow(column)
        return cls(ranks.astype(np.uint16), amounts.astype(np.int64))

    def __len__(self) -> int:
        return len(self.ranks)

    def __getitem__(self, where: Any) -> Any:
        return self.amounts[self.ranks[where]]

    def __ge__(self, amount: int) -> npt.NDArray[np.bool_]:
        # A plain number keeps the comparison in two bytes a row.
        return self.ranks >= int(self.amounts.searchsorted(amount))

    def __le__(self, amount: int) -> npt.NDArray[np.bool_]:
        return self.ranks < int(self.amounts.searchsorted(amount, side="right"))


@dataclass(frozen=True, slots=True)
class Ascending:
    """Microseconds that ascend, as stretches: where each begins, and how long after that every row is."""

    starts: npt.NDArray[np.int64]
    begins: Ints
    offsets: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, column: Ints) -> Self:
        starts, at = [], 0
        while at < len(column):
            starts.append(at)
            at = int(column.searchsorted(column[at] + LONGEST, side="right"))
        begins = column[starts]
        ends = np.array([*starts[1:], len(column)][: len(starts)], np.int64)
        first = np.array(starts, np.int64)
        return cls(first, begins, (column - np.repeat(begins, ends - first)).astype(np.uint32))

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, where: Any) -> Any:
        return self.begins[self.starts.searchsorted(where, side="right") - 1] + self.offsets[where]

    def __ge__(self, moment: int) -> npt.NDArray[np.bool_]:
        return np.arange(len(self)) >= self.searchsorted(moment)

    def searchsorted(self, moment: int, /, side: Literal["left", "right"] = "left") -> int:
        stretch = int(self.begins.searchsorted(moment, side="right")) - 1
        if stretch < 0:
            return 0
        first = int(self.starts[stretch])
        end = int(self.starts[stretch + 1]) if stretch + 1 < len(self.starts) else len(self)
        after = moment - int(self.begins[stretch])
        return end if after > LONGEST else first + int(self.offsets[first:end].searchsorted(np.uint32(after), side=side))
