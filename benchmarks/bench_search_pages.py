"""Timing the pages of one size against the bare page and the page of a single row, all served by the same server in the same minutes."""

from __future__ import annotations

import gzip
import json
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

from benchmarks.bench_search_client import HOST, Refused, ask, header, percentile, request_of, throughput, timed
from benchmarks.bench_search_rig import ROOT, Rig
from benchmarks.bench_search_shapes import SHAPES, Drawer, Search
from callcenter_jobs.lib.text import slug_of

FIRST, WARMING, TIMED, CROWD = 11, 12, 13, 14
BLOCK = {"bare": 100, "row": 100, "search": 100, "detail": 60, "home": 60, "apply": 30}
HOMES = ("/", "/", "/", "/nb/", "/sv/", "/hr/", "/ru/")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked; ``rounds`` are rounds of the blocks above."""

    rounds: int = 8
    first_touches: int = 400
    warming: int = 400
    seconds: float = 6.0

    @classmethod
    def quick(cls) -> Effort:
        return cls(rounds=3, first_touches=150, warming=100, seconds=3.0)


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


class Pages:
    """The requests of a size, drawn once."""

    def __init__(self, rig: Rig, *, live: int) -> None:
        self.rig = rig
        self.live = live
        dice = random.Random("pages")
        newest = rig.rows("SELECT max(id), min(id) FROM postings_posting")[0]
        self.ids = [dice.randint(newest[1], newest[0]) for _ in range(5_000)]
        open_ids = rig.rows(
            "SELECT p.code, t.title FROM postings_posting p JOIN postings_postingtext t ON t.posting_id = p.id AND t.language = p.language"
            " WHERE p.id = ANY(%s) AND p.state = 'open' AND (p.closes_on IS NULL OR p.closes_on > current_date + 1)",
            self.ids,
        )
        self.details = [f"/jobs/{slug_of(title) or 'job'}-{code}/" for code, title in open_ids]
        self.bare = request_of("/bench/bare")
        self.dice = dice

    def drawer(self, seed: int) -> Drawer:
        return Drawer(seed, data_seed=self.rig.seed, live=self.live)

    def block(self, kind: str, number: int, searches: Drawer) -> list[bytes]:
        match kind:
            case "bare":
                return [self.bare] * number
            case "row":
                return [request_of(f"/bench/row/{self.dice.choice(self.ids)}") for _ in range(number)]
            case "detail":
                return [request_of(self.dice.choice(self.details)) for _ in range(number)]
            case "home":
                return [request_of(self.dice.choice(HOMES)) for _ in range(number)]
        return [asking(search) for search in searches.many(number)]


def asking(search: Search) -> bytes:
    return request_of(search.path, cookie=f"fit={search.wishes}" if search.wishes else "")


def make_drafts(rig: Rig, number: int) -> list[bytes]:
    command = [sys.executable, "-m", "benchmarks.bench_search_drafts", str(number), "--tag", f"v{int(time.time())}"]
    done = subprocess.run(command, cwd=ROOT, env=rig.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The drafts could not be made:\n{done.stderr[-2000:]}")
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [
        request_of(item["path"], method="POST", body=item["body"].encode(), cookie=item["cookie"], referer=f"https://{HOST}{item['path']}")
        for item in found
    ]


def first_touch(rig: Rig, pages: Pages, effort: Effort) -> dict[str, float]:
    """A fresh server that has seen the bare page only; then each search for the first time, between blocks of the bare page."""
    rig.start_web()
    timed(rig.port, [pages.bare] * 60)
    drawer = pages.drawer(FIRST)
    bare: list[float] = []
    touched: list[float] = []
    for _ in range(effort.first_touches // 50):
        bare += timed(rig.port, [pages.bare] * 50)
        touched += timed(rig.port, pages.block("search", 50, drawer))
    return {
        "first_touch_p50_ms": percentile(touched, 0.5),
        "first_touch_p95_ms": percentile(touched, 0.95),
        "first_touch_p95_ratio": percentile(touched, 0.95) / percentile(bare, 0.95),
    }


def rounds(rig: Rig, pages: Pages, effort: Effort) -> dict[str, float]:
    """Blocks of every kind in turn, so that a noisy minute hits all alike; medians over the rounds."""
    timed(rig.port, pages.block("search", effort.warming, pages.drawer(WARMING)))
    for kind in ("row", "detail", "home"):
        timed(rig.port, pages.block(kind, 40, pages.drawer(WARMING)))
    drafts = make_drafts(rig, BLOCK["apply"] * (effort.rounds + 1))
    timed(rig.port, [drafts.pop() for _ in range(10)], status=303)
    drawer = pages.drawer(TIMED)
    points: dict[str, list[dict[float, float]]] = defaultdict(list)
    for turn in range(effort.rounds):
        for kind, number in BLOCK.items():
            if kind == "apply":
                taken = timed(rig.port, [drafts.pop() for _ in range(number)], status=303)
            else:
                taken = timed(rig.port, pages.block(kind, number, drawer))
            points[kind].append({share: percentile(taken, share) for share in (0.5, 0.95, 0.99)})
        last = " ".join(f"{kind} {found[-1][0.5]:.1f}/{found[-1][0.95]:.1f}" for kind, found in points.items())
        say(f"  round {turn + 1} of {effort.rounds} (p50/p95 ms): {last}")
    return _summary(points)


def _summary(points: dict[str, list[dict[float, float]]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind, each in points.items():
        for share, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99")):
            found[f"{kind}_{name}_ms"] = statistics.median(point[share] for point in each)
            if kind != "bare":
                against = zip(each, points["bare"], strict=True)
                found[f"{kind}_{name}_ratio"] = statistics.median(point[share] / bare[share] for point, bare in against)
    to_row = zip(points["search"], points["row"], strict=True)
    found["search_p95_to_row"] = statistics.median(point[0.95] / row[0.95] for point, row in to_row)
    return found


def crowd(rig: Rig, pages: Pages, effort: Effort) -> dict[str, float]:
    """Eight clients at once, bare page and searches in turn."""
    bare: list[float] = []
    searched: list[float] = []
    p95: list[float] = []
    # Once untimed: in the rounds one client met few of the threads, and each has a connection with statements of its own to prepare.
    throughput(rig.port, pages.block("search", 600, pages.drawer(WARMING)), clients=8, seconds=effort.seconds / 2)
    for turn in range(3):
        rate, _taken = throughput(rig.port, [pages.bare], clients=8, seconds=effort.seconds / 2)
        bare.append(rate)
        rate, taken = throughput(rig.port, pages.block("search", 600, pages.drawer(CROWD + turn)), clients=8, seconds=effort.seconds)
        searched.append(rate)
        p95.append(percentile(taken, 0.95))
        say(f"  8 clients: bare {bare[-1]:.0f}/s, search {searched[-1]:.0f}/s, search p95 {p95[-1]:.0f} ms")
    return {
        "bare_per_s": statistics.median(bare),
        "search_per_s": statistics.median(searched),
        "search_8_p95_ms": statistics.median(p95),
        "throughput_ratio": statistics.median(one / other for one, other in zip(searched, bare, strict=True)),
    }


def shapes(rig: Rig, pages: Pages, each: int = 12) -> dict[str, object]:
    """The shapes one by one on the warm server: which of them takes how long."""
    drawer = pages.drawer(CROWD + 10)
    found = {}
    for name in SHAPES:
        taken = timed(rig.port, [asking(drawer.draw(name)) for _ in range(each)])
        found[name] = (percentile(taken, 0.5), percentile(taken, 0.95))
        say(f"  {name:<34} p50 {found[name][0]:7.1f}  p95 {found[name][1]:7.1f} ms")
    return {"shapes_ms": {name: [round(one, 1) for one in pair] for name, pair in found.items()}}


def weight(rig: Rig, pages: Pages, each: int = 3) -> dict[str, float]:
    """Queries and compressed bytes of every shape's pages, on a server of its own that counts."""
    rig.start_web(count_queries=True)
    drawer = pages.drawer(CROWD + 20)
    most: tuple[int, str, str] = (0, "", "")
    largest: tuple[int, str] = (0, "")
    # Once before: what a worker reads once in its life is not a page's.
    timed(rig.port, [asking(drawer.draw(name)) for name in SHAPES] * 2)
    for name in SHAPES:
        for search in [drawer.draw(name) for _ in range(each)]:
            answer = ask(rig.port, asking(search))
            if answer.status != 200:
                raise Refused(f"{answer.status}: {search.path}")
            most = max(most, (int(header(answer, "X-Queries")), search.path, header(answer, "X-Statements")))
            body = answer.body if header(answer, "Content-Encoding") == "gzip" else gzip.compress(answer.body, 6)
            largest = max(largest, (len(body), search.path))
    for kind in ("bare", "row", "home", "detail"):
        answers = [ask(rig.port, request) for request in pages.block(kind, 6, drawer)]
        say(f"  {kind}: {max(int(header(answer, 'X-Queries')) for answer in answers[2:])} queries")
    drafts = make_drafts(rig, 4)
    answers = [ask(rig.port, request) for request in drafts]
    say(f"  apply: {header(answers[-1], 'X-Queries')} queries: {header(answers[-1], 'X-Statements')}")
    say(f"  most queries: {most[0]} ({most[1]}): {most[2]}")
    say(f"  largest page: {largest[0] / 1024:.1f} kB compressed ({largest[1]})")
    return {"queries_max": most[0], "page_kb": largest[0] / 1000}
