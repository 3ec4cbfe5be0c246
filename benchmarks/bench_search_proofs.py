"""What is not a page's time: how soon a publication is found, whether a rebuild disturbs anybody, whether the answers are right."""

from __future__ import annotations

import heapq
import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from benchmarks.bench_search_client import Refused, ask, percentile, request_of, timed
from benchmarks.bench_search_pages import TIMED, Pages, asking, say
from benchmarks.bench_search_rig import ROOT, Rig

RATE, SECONDS, PUBLISHERS = 100.0, 30.0, 3
# Of the publications one in so many is looked for, again and again until it is there in so many answers on end: two workers
# answer, and each has an index of its own.
SAMPLE, POLLERS, ON_END, PAUSE = 10, 3, 4, 0.1
PATIENCE = 60.0


@dataclass(order=True)
class Wanted:
    due: float
    code: str = field(compare=False)
    published: float = field(compare=False)
    found: float = field(default=0.0, compare=False)
    on_end: int = field(default=0, compare=False)


class Seekers:
    """Threads that ask for published codes until every worker knows them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heap: list[Wanted] = []
        self.taken: list[float] = []
        self.lost = 0
        self.open = 0
        self.lock = threading.Lock()
        self.finish = threading.Event()
        self.threads = [threading.Thread(target=self._seek, daemon=True) for _ in range(POLLERS)]
        for thread in self.threads:
            thread.start()

    def add(self, code: str, published: float) -> None:
        with self.lock:
            self.open += 1
            heapq.heappush(self.heap, Wanted(time.time(), code, published))

    def _next(self) -> Wanted | None:
        with self.lock:
            return heapq.heappop(self.heap) if self.heap and self.heap[0].due <= time.time() else None

    def _seek(self) -> None:
        while not self.finish.is_set():
            wanted = self._next()
            if wanted is None:
                time.sleep(0.01)
                continue
            try:
                is_there = shows(self.port, wanted.code)
            except (OSError, Refused):
                is_there = False
            now = time.time()
            wanted.found = (wanted.found or now) if is_there else 0.0
            wanted.on_end = wanted.on_end + 1 if is_there else 0
            with self.lock:
                if wanted.on_end == ON_END:
                    self.taken.append(wanted.found - wanted.published)
                    self.open -= 1
                elif now - wanted.published > PATIENCE:
                    self.lost += 1
                    self.open -= 1
                else:
                    wanted.due = now + PAUSE
                    heapq.heappush(self.heap, wanted)

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE + 10
        while self.open and time.monotonic() < deadline:
            time.sleep(0.1)
        self.finish.set()
        for thread in self.threads:
            thread.join()


def shows(port: int, code: str) -> bool:
    """Whether a search for ``code`` lists the posting: by the link to its page, for the search itself repeats the code."""
    path = f"/jobs/?q={code}&words=1"
    answer = ask(port, request_of(path, encoding="identity"))
    if answer.status != 200:
        raise Refused(f"{answer.status}: {path}")
    return f"-{code}/".encode() in answer.body


def findable(rig: Rig) -> dict[str, float]:
    """Seconds from the commit of a publication to the moment from which every worker's search shows it, at 100 publications a second."""
    if rig.web is None:
        rig.start_web()
    command = [sys.executable, "-m", "benchmarks.bench_search_publish", "--rate", str(RATE / PUBLISHERS), "--seconds", str(SECONDS)]
    crowd = [
        subprocess.Popen(
            [*command, "--turn", str(turn), "--processes", str(PUBLISHERS)],
            cwd=ROOT,
            env={**rig.env, "PROCESS_ROLE": "beat"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=rig.log("publish").open("ab"),
            text=True,
        )
        for turn in range(PUBLISHERS)
    ]
    seekers = Seekers(rig.port)
    rates: list[float] = []
    try:
        ready = 0
        for publisher in crowd:
            assert publisher.stdout is not None
            ready += json.loads(publisher.stdout.readline())["ready"]
        if ready < RATE * SECONDS:
            say(f"  only {ready} drafts are left to publish; --fresh makes new ones")
        # The titles were just changed; the search behind must have caught up before anything is counted.
        time.sleep(5)
        readers = [threading.Thread(target=_read, args=(publisher, seekers, rates), daemon=True) for publisher in crowd]
        for publisher, reader in zip(crowd, readers, strict=True):
            assert publisher.stdin is not None
            publisher.stdin.write("\n")
            publisher.stdin.flush()
            reader.start()
        for reader in readers:
            reader.join(SECONDS * 2 + 30)
        seekers.wait()
    finally:
        for publisher in crowd:
            if publisher.poll() is None:
                publisher.terminate()
            publisher.wait()
    if len(rates) < PUBLISHERS:
        raise SystemExit(f"A publisher failed (log: {rig.log('publish')}).")
    found = {
        "findable_p50_s": percentile(seekers.taken, 0.5),
        "findable_p99_s": percentile(seekers.taken, 0.99) if not seekers.lost else float("inf"),
        "findable_looked_for": float(len(seekers.taken) + seekers.lost),
        "published_per_s": sum(rates),
    }
    return found


def _read(publisher: subprocess.Popen[str], seekers: Seekers, rates: list[float]) -> None:
    assert publisher.stdout is not None
    for number, line in enumerate(publisher.stdout):
        item = json.loads(line)
        if "done" in item:
            rates.append(item["done"] / item["took"])
        elif number % SAMPLE == 0:
            seekers.add(item["code"], item["at"])


def rebuild(rig: Rig, pages: Pages) -> dict[str, float]:
    """Seconds of `rebuild_search`, and how many of the searches that went on meanwhile failed."""
    if rig.web is None:
        rig.start_web()
    drawer = pages.drawer(TIMED + 30)
    errors: list[str] = []
    taken: list[float] = []
    finish = threading.Event()

    def search() -> None:
        while not finish.is_set():
            try:
                taken.extend(timed(rig.port, [asking(drawer.draw())]))
            except (Refused, OSError) as error:
                errors.append(str(error))

    visitor = threading.Thread(target=search, daemon=True)
    visitor.start()
    began = time.monotonic()
    try:
        rig.manage("rebuild_search", show=True)
        took = time.monotonic() - began
        # The workers take the new base now; that must not be felt, either.
        time.sleep(15)
    finally:
        finish.set()
        visitor.join()
    for problem in errors[:3]:
        say(f"  while rebuilding: {problem}")
    found = {"rebuild_s": took, "rebuild_errors": float(len(errors)), "rebuild_search_p95_ms": percentile(taken, 0.95)}
    say(f"  {len(taken)} searches meanwhile")
    return found


def truth(rig: Rig, number: int) -> dict[str, float]:
    """How many of ``number`` random queries the bitmaps answer otherwise than plain, slow queries of the tables do."""
    command = [sys.executable, "-m", "benchmarks.bench_search_truth", str(number), "--data-seed", str(rig.seed), "--live", str(rig.live)]
    done = subprocess.run(command, cwd=ROOT, env={**rig.env, "PROCESS_ROLE": "beat"}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("The comparison with the reference failed.")
    *lines, last = done.stdout.splitlines()
    for line in lines[-20:]:
        say(f"  {line}")
    result = json.loads(last)
    return {"compared": result["compared"], "mismatches": result["mismatches"]}
