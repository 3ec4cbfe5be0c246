"""Whether anything in the world is called so, without asking the database: most lines that people type name no place.

A process holds a number for each of the two hundred thousand names: less than a megabyte. Two names may share one, and then the
database is asked in vain. Read by the keeper, and again after a while; until then every name may be one.
"""

from __future__ import annotations

import time
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from django.conf import settings

from postings.search.copying import read_numbers

# The first four bytes of a digest that both sides can make.
READ = """
SELECT DISTINCT ('x' || left(encode(sha256(convert_to(normalized, 'UTF8')), 'hex'), 8))::bit(32)::int4 FROM postings_placename
"""
# Seconds. A new gazetteer comes with a release; whoever loads one into a running portal waits so long at most.
EVERY = 600.0

_known: npt.NDArray[np.int32] | None = None
_learned = 0.0


def learn() -> None:
    """Read the names, unless that was done lately. Nothing where nothing is to be kept."""
    global _known, _learned
    if settings.PLACES_KEPT_SECONDS and (_known is None or time.monotonic() - _learned > EVERY):
        _known = np.sort(read_numbers(READ))
        _learned = time.monotonic()


def may_be(name: str) -> bool:
    """Whether a place may be called ``name`` (as ``place_key`` makes it)."""
    known = _known
    if known is None:
        return True
    number = np.int32(int.from_bytes(sha256(name.encode()).digest()[:4], "big", signed=True))
    at = int(known.searchsorted(number))
    return at < len(known) and bool(known[at] == number)


def forget() -> None:
    global _known
    _known = None
