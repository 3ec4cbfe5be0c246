"""Phrases that somebody will ask for, found before anybody waits for them: what many titles of the library have in common.

Which phrases are asked for shows in time, and each base begins with those of the one before (``phrases``). The first base
has none to begin with, and a new kind of work brings its own.
"""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

from callcenter_jobs.lib.text import search_key
from postings.models import TitleAlias
from postings.search import concepts, phrases, text
from postings.search.segment import Segment
from postings.search.stored import load_generation

# "Customer service", "call center", "team lead", "technical support" …
MOST = 16
# Seconds of looking, with as much rest between: at most half of one processor of the database, for two minutes.
LONGEST = 60.0


def phrases_of_titles() -> list[str]:
    """Two words side by side that most titles have, in any language; none that begins or ends with a small one."""
    found: Counter[tuple[str, str]] = Counter()
    for title in TitleAlias.objects.order_by().values_list("text", flat=True).iterator():
        words = text.parts_of(title)
        found.update({pair for pair in pairwise(words) if not concepts.SMALL_WORDS & set(map(search_key, pair))})
    # Of equally many always the same.
    likely = sorted(found, key=lambda pair: (-found[pair], pair))
    return [" ".join(pair) for pair in likely[:MOST]]


def look_ahead(generation: int) -> int:
    """Have the base know them, and write down what took long, as if a visitor had asked. Returns how many were looked for."""
    base = Segment.stored(load_generation(generation))
    spent, done = 0.0, 0
    for phrase in phrases_of_titles():
        if spent > LONGEST:
            break
        began = time.monotonic()
        if asked := text.read(f'"{phrase}"', language="en"):
            phrases.prepare(asked, base)
        took = time.monotonic() - began
        spent, done = spent + took, done + 1
        time.sleep(took)
    return done
