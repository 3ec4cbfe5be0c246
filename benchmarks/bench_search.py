"""How fast is search? ``make bench-search`` builds boards of 10 thousand, 100 thousand and a million postings and asks them.

Everything is measured against a bare page and a page of one row that the same web server serves through the same middleware in
the same minutes: ratios hold on another machine, milliseconds do not. One client for the percentiles, eight for the throughput,
all on this machine. The data of a size is kept in --folder and used again. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import bench_search_pages, bench_search_proofs
from benchmarks.bench_search_pages import Effort, Pages, say
from benchmarks.bench_search_rig import ROOT, Rig, memory_mb

SIZES = (10_000, 100_000, 1_000_000)
NAMES = {10_000: "10k", 100_000: "100k", 1_000_000: "1m"}
# Parts in their order; those of PAGES are measured on every size, the others on the size named.
PAGES = ("first", "rounds", "crowd", "shapes", "weight")
PROOFS = {"truth": 100_000, "findable": 1_000_000, "rebuild": 1_000_000}
Result = dict[str, object]


def measure(rig: Rig, parts: list[str], effort: Effort, *, searches: int) -> Result:
    """All parts of one size."""
    result: Result = {}
    pages = Pages(rig, live=rig.live)
    steps: dict[str, Callable[[], Result]] = {
        "first": lambda: dict(bench_search_pages.first_touch(rig, pages, effort)),
        "rounds": lambda: dict(bench_search_pages.rounds(rig, pages, effort)),
        "crowd": lambda: dict(bench_search_pages.crowd(rig, pages, effort)),
        "shapes": lambda: dict(bench_search_pages.shapes(rig, pages)),
        "weight": lambda: dict(bench_search_pages.weight(rig, pages)),
        "truth": lambda: dict(bench_search_proofs.truth(rig, searches)),
        "findable": lambda: dict(bench_search_proofs.findable(rig)),
        "rebuild": lambda: dict(bench_search_proofs.rebuild(rig, pages)),
    }
    for name in parts:
        began = time.monotonic()
        say(f"{rig.count:,} postings: {name}")
        if rig.web is None and name != "first":
            rig.start_web()
        found = steps[name]()
        result |= found
        if name != "shapes":
            say(f"  {json.dumps(_rounded(found))}")
        if name in {"crowd", "findable"}:
            result["worker_mb"] = max(float(str(result.get("worker_mb", 0))), worst_worker(rig))
        say(f"{rig.count:,} postings: {name} took {time.monotonic() - began:.0f} s")
    return result


def worst_worker(rig: Rig) -> float:
    sizes = [memory_mb(pid) for pid in rig.workers()]
    for resident, proportional in sizes:
        say(f"  web worker: {resident:.0f} MB resident, {proportional:.0f} MB when what is shared is shared out")
    return max((resident for resident, _proportional in sizes), default=0.0)


# The figures of the last line, by their names in the parts.
PER_SIZE = {
    "bare_p95_ms": "bare_p95_ms",
    "row_p95_ms": "row_p95_ms",
    "search_p50_ratio": "search_p50_ratio",
    "search_p95_ratio": "search_p95_ratio",
    "first_touch_p95_ratio": "first_touch_p95_ratio",
    "throughput_ratio": "throughput_ratio",
    "detail_p95_ratio": "detail_p95_ratio",
    "apply_p95_ratio": "apply_p95_ratio",
    "home_p95_ratio": "home_p95_ratio",
    "search_p95_to_row": "search_p95_to_row",
    "search_p95_ms": "search_p95_ms",
    "queries_max": "queries_max",
    "page_kb": "page_kb",
}


def summary(results: dict[int, Result]) -> Result:
    """The last line: the largest size speaks where one figure is asked for."""
    largest = results[max(results)]
    line: Result = {"bare_p95_ms": largest.get("bare_p95_ms"), "row_p95_ms": largest.get("row_p95_ms")}
    for size in sorted(results):
        found = results[size]
        line[NAMES.get(size, str(size))] = {name: found[key] for name, key in PER_SIZE.items() if key in found}
    small, large = results.get(100_000, {}).get("search_p95_ms"), results.get(1_000_000, {}).get("search_p95_ms")
    line["growth_100k_1m"] = float(str(large)) / float(str(small)) if small and large else None
    for name in ("findable_p99_s", "published_per_s", "worker_mb", "rebuild_s", "rebuild_errors", "mismatches", "compared"):
        line[name] = next((results[size][name] for size in sorted(results, reverse=True) if name in results[size]), None)
    return _rounded(line)


def _rounded(line: Result) -> Result:
    rounded: Result = {}
    for name, value in line.items():
        if isinstance(value, dict):
            rounded[name] = _rounded(value)
        else:
            rounded[name] = round(value, 3) if isinstance(value, float) else value
    return rounded


def run(options: argparse.Namespace) -> int:
    root: Path = options.folder.resolve()
    root.mkdir(parents=True, exist_ok=True)
    effort = Effort.quick() if options.quick else Effort(rounds=options.rounds)
    results: dict[int, Result] = {}
    for size in options.sizes:
        parts = [name for name in (*PAGES, *PROOFS) if name in options.parts and PROOFS.get(name, size) == size]
        if options.only_this_size:
            parts = [name for name in (*PAGES, *PROOFS) if name in options.parts]
        rig = Rig(root / str(size), count=size, seed=options.seed, fresh=options.fresh)
        try:
            rig.start_data()
            if not options.without_index:
                rig.ensure_index()
            rig.warm_up()
            results[size] = measure(rig, parts, effort, searches=options.searches) if parts else {}
        finally:
            rig.stop()
        (root / "results.json").write_text(json.dumps({str(key): value for key, value in results.items()}, indent=1), encoding="utf-8")
        say(f"{size:,} postings: {json.dumps(_rounded(results[size]))}")
    print(json.dumps(summary(results)), flush=True)
    return 0


def _sizes(text: str) -> list[int]:
    return sorted(int(part) for part in text.split(","))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_sizes, default=list(SIZES), help="how many postings, comma between (default 10000,100000,1000000)")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=[*PAGES, *PROOFS], help=", ".join([*PAGES, *PROOFS]))
    parser.add_argument("--only-this-size", action="store_true", help="measure every part on the sizes given, whatever size it belongs to")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--searches", type=int, default=500, help="how many are compared with plain queries (default 500)")
    parser.add_argument("--quick", action="store_true", help="a third of the work, for a first look")
    parser.add_argument("--seed", type=int, default=1, help="of the postings")
    parser.add_argument("--fresh", action="store_true", help="build the data again even if it is there")
    parser.add_argument("--without-index", action="store_true", help=argparse.SUPPRESS)
    default = Path(os.environ.get("BENCH_DIR") or ROOT / ".local" / "bench")
    parser.add_argument("--folder", type=Path, default=default, help=f"where data and logs stay (default: BENCH_DIR or {default})")
    options = parser.parse_args()
    # Stopped from outside it stops its servers, too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit("Stopped."))
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
