"""The visitors of a search benchmark: one connection a request, as from a proxy, with as little work of their own as Python allows.

What a client costs is in every figure alike, in the bare page as in a search; the figures that count are ratios.
"""

from __future__ import annotations

import itertools
import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HOST = "jobs.example.org"
# Every request comes from another address: what is limited for each visitor must not be in the way.
_VISITORS = itertools.count()


class Refused(Exception):
    """An answer that a visitor must not get."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: bytes
    body: bytes


def request_of(path: str, *, cookie: str = "", method: str = "GET", body: bytes = b"", referer: str = "", encoding: str = "gzip") -> bytes:
    """The bytes of a request, as nginx would pass it on."""
    number = next(_VISITORS)
    visitor = f"198.18.{number // 250 % 250}.{number % 250 + 1}"
    prefix = path[1:3] if path[3:4] == "/" else "en"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https", f"X-Forwarded-For: {visitor}"]
    lines += ["Accept: text/html", f"Accept-Language: {prefix}", f"Accept-Encoding: {encoding}", "Connection: close"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if referer:
        lines.append(f"Referer: {referer}")
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def ask(port: int, request: bytes) -> Answer:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
        link.sendall(request)
        parts = []
        while part := link.recv(262_144):
            parts.append(part)
    whole = b"".join(parts)
    head, _, body = whole.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1."):
        raise Refused("the connection was closed without an answer")
    return Answer(int(head[9:12]), head, body)


def header(answer: Answer, name: str) -> str:
    wanted = name.lower().encode() + b":"
    for line in answer.headers.split(b"\r\n"):
        if line.lower().startswith(wanted):
            return line.partition(b":")[2].strip().decode()
    return ""


def timed(port: int, requests: Sequence[bytes], *, status: int = 200) -> list[float]:
    """Milliseconds of each request, one after the other. Raises ``Refused`` on any other answer than ``status``."""
    taken = []
    for request in requests:
        began = time.perf_counter()
        answer = ask(port, request)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status != status:
            raise Refused(f"{answer.status} instead of {status}: {request.split(b' ', 2)[1].decode()}")
    return taken


def _run(port: int, requests: Sequence[bytes], seconds: float, start: Any, found: Any) -> None:
    start.wait()
    taken: list[float] = []
    problem = ""
    deadline = time.monotonic() + seconds
    place = 0
    try:
        while time.monotonic() < deadline:
            taken += timed(port, [requests[place % len(requests)]])
            place += 1
    except (Refused, OSError) as error:
        problem = f"{type(error).__name__} {error}"
    found.put((taken, problem))


def throughput(port: int, requests: Sequence[bytes], *, clients: int, seconds: float) -> tuple[float, list[float]]:
    """(answers a second, milliseconds of each) of a closed loop of so many clients, each a process with its own turn of the requests."""
    context = multiprocessing.get_context("fork")
    start, found = context.Event(), context.Queue()
    share = max(1, len(requests) // clients)
    crowd = []
    for turn in range(clients):
        mine = [*requests[turn * share :], *requests[: turn * share]]
        crowd.append(context.Process(target=_run, args=(port, mine, seconds, start, found), daemon=True))
    for client in crowd:
        client.start()
    start.set()
    results = [found.get(timeout=seconds + 120) for _ in crowd]
    for client in crowd:
        client.join()
    problems = [problem for _taken, problem in results if problem]
    if problems:
        raise Refused(problems[0])
    taken = [one for mine, _problem in results for one in mine]
    return len(taken) / seconds, taken


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
