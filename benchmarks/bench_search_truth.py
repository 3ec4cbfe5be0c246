"""Are the quick answers right? Random searches, answered by the backend of the portal and by plain, slow queries of the tables.

Compared are totals, the ids of the page, every count of every facet and what would be found without each choice. The last line is
one JSON object; before it one line for each search that was answered differently.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django

from benchmarks.bench_search_shapes import Drawer, Search

SEED = 21
PER_PAGE = 20


def differences(quick: Any, slow: Any) -> Iterator[str]:
    if quick.total != slow.total:
        yield f"total {quick.total}, not {slow.total}"
    if tuple(quick.ids) != tuple(slow.ids):
        places = [place for place, (one, other) in enumerate(zip(quick.ids, slow.ids, strict=False)) if one != other]
        yield f"ids from place {places[0] if places else min(len(quick.ids), len(slow.ids))} on"
    if dict(quick.without) != dict(slow.without):
        yield f"without {dict(quick.without)}, not {dict(slow.without)}"
    for facet in sorted({*quick.facets, *slow.facets}):
        one, other = dict(quick.facets.get(facet, {})), dict(slow.facets.get(facet, {}))
        if one != other:
            wrong = sorted(value for value in {*one, *other} if one.get(value) != other.get(value))[:4]
            yield f"{facet}: " + ", ".join(f"{value} {one.get(value)} not {other.get(value)}" for value in wrong)


def compare(searches: list[Search], found: Any) -> None:
    """One process: puts (shape, path, differences, ms quick, ms slow) for each search."""
    django.setup()
    from django.http import QueryDict
    from django.utils import timezone, translation

    from postings.filters import PostingFilter
    from postings.search import fit
    from postings.search.backend import get_backend
    from postings.search.reference import ReferenceBackend

    quick, slow = get_backend(), ReferenceBackend()
    now = timezone.now()
    for search in searches:
        parts = urlsplit(search.path)
        language = parts.path.split("/")[1] if parts.path.count("/") == 3 else "en"
        with translation.override(language):
            profile = fit.read(search.wishes).profile(language)
            query = PostingFilter(QueryDict(parts.query), profile=profile, language=language, now=now).query
        offset = PER_PAGE * (int(parse_qs(parts.query).get("page", ["1"])[0]) - 1)
        began = time.perf_counter()
        mine = quick.search(query, offset=offset, limit=PER_PAGE)
        between = time.perf_counter()
        theirs = slow.search(query, offset=offset, limit=PER_PAGE)
        ended = time.perf_counter()
        wrong = list(differences(mine, theirs))
        found.put((search.shape, search.path, wrong, (between - began) * 1000, (ended - between) * 1000, mine.total))
    found.put(None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data-seed", type=int, default=1)
    parser.add_argument("--live", type=int, default=60_000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    searches = Drawer(options.seed, data_seed=options.data_seed, live=options.live).many(options.number)
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    crowd = [
        context.Process(target=compare, args=(searches[turn :: options.processes], found), daemon=True) for turn in range(options.processes)
    ]
    for process in crowd:
        process.start()
    compared = mismatches = empty = 0
    began = time.monotonic()
    ended = 0
    while ended < len(crowd):
        item = found.get(timeout=600)
        if item is None:
            ended += 1
            continue
        shape, path, wrong, quick_ms, slow_ms, total = item
        compared += 1
        mismatches += bool(wrong)
        empty += not total
        if wrong:
            print(f"{shape}: {path}: {'; '.join(wrong)}", flush=True)
        if compared % 50 == 0:
            took = time.monotonic() - began
            print(f"{compared} of {len(searches)} compared after {took:.0f} s ({quick_ms:.0f} and {slow_ms:.0f} ms the last)", flush=True)
    print(json.dumps({"compared": compared, "mismatches": mismatches, "found_nothing": empty}))


if __name__ == "__main__":
    main()
