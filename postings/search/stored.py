"""A built base on its way into the database and back: columns as raw numbers, sets as bitmaps, in pieces."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.models import SearchGeneration
from postings.search.copying import read_rows
from postings.search.wordbits import BaseWords, GenerationGone

# The driver keeps room for the longest row that it has read, in every connection.
PIECE = 250_000
# The columns of a base and how their numbers are stored: little-endian, whatever the machine.
COLUMNS: dict[str, str] = {
    "ids": "<i8",
    "published": "<i8",
    "employers": "<i4",
    "cities": "<i4",
    "pay_min": "<i8",
    "pay_max": "<i8",
    "expiry_times": "<f8",
    "expiry_numbers": "<u4",
    "employer_ids": "<i8",
}
SETS = ("bits", "need", "written")
NUMBERED_SETS = ("masks", "dates", "places")
CITY_KEYS, PLACE_AT = "city_keys", "place_at"
READ_PART = "SELECT data FROM postings_searchpart WHERE generation_id = %(generation)s AND name = %(name)s ORDER BY number"


@dataclass(frozen=True, slots=True)
class StoredBase:
    """A base as it was built; the attributes are those of ``Segment``. Arrays are read-only.

    Positions ascend by (published, id). ``employers`` and ``cities`` are places in ``employer_ids`` and ``city_keys``
    (-1: no city). ``expiry_times`` ascend; ``expiry_numbers`` are the positions that end then. ``horizon`` is the moment
    that the base shows, see ``postings.search.changes``.
    """

    generation: int
    horizon: str
    ids: npt.NDArray[np.int64]
    published: npt.NDArray[np.int64]
    employers: npt.NDArray[np.int32]
    cities: npt.NDArray[np.int32]
    pay_min: npt.NDArray[np.int64]
    pay_max: npt.NDArray[np.int64]
    expiry_times: npt.NDArray[np.float64]
    expiry_numbers: npt.NDArray[np.uint32]
    employer_ids: npt.NDArray[np.int64]
    city_keys: list[str]
    live: BitMap
    bits: dict[str, BitMap]
    need: dict[str, BitMap]
    written: dict[str, BitMap]
    masks: dict[int, BitMap]
    dates: dict[int, BitMap]
    places: dict[int, BitMap]
    place_at: dict[int, tuple[float, float]]
    words: BaseWords

    @property
    def size(self) -> int:
        return len(self.ids)


def load_generation(generation: int) -> StoredBase:
    """A built base, read piece by piece. Raises ``GenerationGone`` when it was deleted, also in the middle of it."""
    horizon = _horizon_of(generation)
    parts = {name: _read_part(generation, name) for name in (*COLUMNS, *SETS, *NUMBERED_SETS, CITY_KEYS, PLACE_AT)}
    # A generation is marked unready before its pieces go: if it is still ready now, none was missing.
    _horizon_of(generation)
    columns: dict[str, Any] = {name: np.frombuffer(parts[name], kind) for name, kind in COLUMNS.items()}
    sets: dict[str, Any] = {name: unpack(parts[name]) for name in SETS}
    numbered: dict[str, Any] = {name: {int(key): bits for key, bits in unpack(parts[name]).items()} for name in NUMBERED_SETS}
    place_at: dict[str, tuple[float, float]] = json.loads(parts[PLACE_AT])
    return StoredBase(
        generation=generation,
        horizon=horizon,
        city_keys=json.loads(parts[CITY_KEYS]),
        live=BitMap(range(len(columns["ids"]))),
        place_at={int(key): (latitude, longitude) for key, (latitude, longitude) in place_at.items()},
        words=BaseWords(generation),
        **columns,
        **sets,
        **numbered,
    )


def _horizon_of(generation: int) -> str:
    horizon = SearchGeneration.objects.filter(pk=generation, is_ready=True).values_list("horizon", flat=True).first()
    if horizon is None:
        raise GenerationGone(generation)
    return horizon


def _read_part(generation: int, name: str) -> bytes:
    return b"".join(piece for (piece,) in read_rows(READ_PART, {"generation": generation, "name": name}) if piece is not None)


# --- writing ------------------------------------------------------------------------------------------------


def parts_of(name: str, data: bytes) -> Iterator[tuple[str, int, bytes]]:
    """(name, number, piece) rows; also what is empty has a piece."""
    for number, start in enumerate(range(0, max(1, len(data)), PIECE)):
        yield name, number, data[start : start + PIECE]


def pack(sets: Mapping[str, BitMap] | Mapping[int, BitMap]) -> bytes:
    """Names and sizes, then the bitmaps one behind the other."""
    stored = [bits.serialize() for bits in sets.values()]
    head = json.dumps([[str(key), len(data)] for key, data in zip(sets, stored, strict=True)]).encode()
    return b"".join([struct.pack("<I", len(head)), head, *stored])


def unpack(data: bytes) -> dict[str, BitMap]:
    (size,) = struct.unpack_from("<I", data)
    at = 4 + size
    found: dict[str, BitMap] = {}
    same: dict[bytes, BitMap] = {}
    for key, length in json.loads(data[4:at]):
        stored = data[at : at + length]
        # A role and its kind of work are often true of the same postings: one bitmap for both.
        found[key] = same.get(stored) or same.setdefault(stored, BitMap.deserialize(stored))
        at += length
    return found
