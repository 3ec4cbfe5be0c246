"""Kill everything at random under load, then count: nothing lost, nothing doubled.

    make chaos            python -m benchmarks.chaos [--kills 100] [--lease 20] [--seed 1] [--folder F]

A stream of visitors applies through the real web process and a recruiter moves the applications, while web, worker
child, worker, beat, Valkey and PostgreSQL are killed with SIGKILL. Afterwards everything is drained and three records are
compared: what the visitors were told, the rows, and the journal of the mail server, which is on disk before it answers.

Three phases on the same data: a control without kills (a harness whose worker never ran would "prove" anything), the proof,
and the same with the fence removed, which must show doubled mails, or the proof has proved nothing.

``--lease`` shortens all times of a delivery in proportion (production: 90 s), so that the whole run stays short.
What this cannot show: power loss and lying disks, since the page cache survives a kill.
"""

from __future__ import annotations

import argparse
import collections
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.chaos_rig import Rig, working_folder
from benchmarks.chaos_stream import Stream, Target

CONTROL_SECONDS = 15.0
# Without the fence so many doubled mails are proof enough.
ENOUGH_DOUBLED = 5
OPEN_STATES = ("pending", "sending", "uncertain")


@dataclass(slots=True)
class Verdict:
    phase: str
    kills: int
    applications: int
    moves: int
    mails: int
    lost_applications: int
    doubled_applications: int
    lost_mails: int
    doubled_mails: int
    parked_mails: int
    drain_s: float
    retries: int

    @property
    def is_clean(self) -> bool:
        wrong = self.lost_applications + self.doubled_applications + self.lost_mails + self.doubled_mails + self.parked_mails
        return wrong == 0 and self.applications > 0 and self.moves > 0 and self.mails >= self.applications


class Rows:
    """The database as seen from outside, with a connection per question, because the server comes and goes."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, sql: str, *values: Any, patience: float = 60.0) -> list[tuple[Any, ...]]:
        deadline = time.monotonic() + patience
        while True:
            try:
                connection = psycopg2.connect(self.url, connect_timeout=5)
                try:
                    with connection.cursor() as cursor:
                        cursor.execute(sql, values)
                        found: list[tuple[Any, ...]] = cursor.fetchall()
                        return found
                finally:
                    connection.close()
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def one(self, sql: str, *values: Any) -> Any:
        return self.ask(sql, *values)[0][0]


def tend_until(rig: Rig, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        rig.tend()
        time.sleep(0.1)


def progress_of(rig: Rig, stream: Stream) -> int:
    """A number that grows whenever a page or a mail gets through."""
    return stream.pages + rig.journal.read_bytes().count(b"\n")


def journal_of(rig: Rig) -> collections.Counter[str]:
    """How often the mail server accepted each Message-ID; a line that is just being written is left for the next look."""
    text = rig.journal.read_text()
    return collections.Counter(json.loads(line)["message_id"] for line in text[: text.rfind("\n") + 1].splitlines())


def doubled(journal: collections.Counter[str]) -> int:
    return sum(count - 1 for count in journal.values())


def kill_while_it_works(rig: Rig, stream: Stream, kills: int, *, enough: int | None) -> None:
    """So many kills, each after something got through since the one before: a portal that is down anyway proves nothing.

    Stops earlier when ``enough`` doubled mails have been seen.
    """
    goal = sum(rig.kills.values()) + kills
    limit = time.monotonic() + 6.0 * kills
    while sum(rig.kills.values()) < goal and time.monotonic() < limit:
        if enough is not None and doubled(journal_of(rig)) >= enough:
            return
        rig.kill_one()
        seen = progress_of(rig, stream)
        patience = time.monotonic() + 5.0
        tend_until(rig, rig.random.uniform(0.4, 1.0))
        while progress_of(rig, stream) == seen and time.monotonic() < patience:
            tend_until(rig, 0.1)


def drain(rig: Rig, rows: Rows, *, since: float, patience: float) -> float:
    """Wait until no mail is waiting. Returns the seconds ``since`` the last kill; ends with mails left only when patience does."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        rig.tend()
        waiting = rows.one("SELECT count(*) FROM outbox_message WHERE state IN %s", OPEN_STATES)
        if not waiting:
            break
        time.sleep(0.25)
    return round(time.monotonic() - since, 1)


def judge(rig: Rig, rows: Rows, stream: Stream, *, name: str, after: int, kills: int, drain_s: float) -> Verdict:
    """Compare what visitors were told, the rows since message ``after``, and the journal."""
    journal = journal_of(rig)
    mails = rows.ask("SELECT message_id, state, kind, to_addr FROM outbox_message WHERE id > %s", after)
    acknowledged = set(stream.acknowledged)
    stored = collections.Counter(dict(rows.ask("SELECT email, count(*) FROM applicants_application GROUP BY email")))
    confirmed = {to for _id, _state, kind, to in mails if kind == "application_received"}
    due = [message_id for message_id, state, _kind, _to in mails if state != "cancelled"]
    return Verdict(
        phase=name,
        kills=kills,
        applications=len(acknowledged),
        moves=stream.moves,
        mails=len(due),
        lost_applications=sum(stored[email] == 0 for email in acknowledged),
        doubled_applications=sum(count > 1 for count in stored.values()),
        # A confirmed application without a row of its mail is a lost mail too.
        lost_mails=sum(journal[message_id] == 0 for message_id in due) + len(acknowledged - confirmed),
        doubled_mails=doubled(journal),
        parked_mails=sum(state == "failed" for _id, state, _kind, _to in mails),
        drain_s=drain_s,
        retries=stream.retries,
    )


def phase(rig: Rig, rows: Rows, target: Target, *, name: str, fence: bool, kills: int, seconds: float = 0.0) -> Verdict:
    """One stream against one setting: for ``seconds``, or until so many kills."""
    after = int(rows.one("SELECT coalesce(max(id), 0) FROM outbox_message"))
    rig.open(name, fence=fence)

    def code_of(email: str) -> str:
        return str(rows.one("SELECT code FROM applicants_application WHERE email = %s", email))

    stream = Stream(rig.address, target, tag=name.replace(" ", "-"), code_of=code_of)
    before = sum(rig.kills.values())
    try:
        tend_until(rig, 6.0)
        stream.start()
        tend_until(rig, seconds)
        kill_while_it_works(rig, stream, kills, enough=None if fence else ENOUGH_DOUBLED)
        last_kill = time.monotonic()
        stream.finish(tend=lambda: tend_until(rig, 0.2))
        drained = drain(rig, rows, since=last_kill, patience=4.0 * rig.lease + 120)
        verdict = judge(rig, rows, stream, name=name, after=after, kills=sum(rig.kills.values()) - before, drain_s=drained)
    finally:
        stream.stop()
        rig.close()
    print(json.dumps(asdict(verdict)), flush=True)
    return verdict


def run(options: argparse.Namespace, folder: Path) -> int:
    started = time.monotonic()
    rig = Rig(folder, lease=options.lease, delay=options.delay, seed=options.seed)
    try:
        rig.start_servers()
        rig.manage("manage.py", "migrate", "--verbosity", "0")
        target = Target(**json.loads(rig.manage("-m", "benchmarks.chaos_seed").splitlines()[-1]))
        rows = Rows(rig.postgres.url)
        control = phase(rig, rows, target, name="control", fence=True, kills=0, seconds=CONTROL_SECONDS)
        if not control.is_clean:
            print("The control run without kills is not clean; the proof would mean nothing.", file=sys.stderr)
            return 2
        proof = phase(rig, rows, target, name="proof", fence=True, kills=options.kills)
        spread = dict(rig.kills)
        bare = phase(rig, rows, target, name="no fence", fence=False, kills=options.kills_without_fence)
    finally:
        rig.stop()
    result = {
        "kills": proof.kills,
        "applications": proof.applications,
        "lost_applications": proof.lost_applications,
        "lost_mails": proof.lost_mails,
        "doubled_mails": proof.doubled_mails,
        "doubled_without_fence": bare.doubled_mails,
        "drain_s": proof.drain_s,
        "doubled_applications": proof.doubled_applications,
        "moves": proof.moves,
        "mails": proof.mails,
        "killed": spread,
        "lease_s": options.lease,
        "seed": options.seed,
        "wall_s": round(time.monotonic() - started),
    }
    print(json.dumps(result), flush=True)
    proved = proof.is_clean and proof.kills >= options.kills and bare.doubled_mails > 0
    return 0 if proved else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--kills-without-fence", type=int, default=40)
    parser.add_argument("--lease", type=int, default=20, help="seconds; production uses 90")
    parser.add_argument("--delay", type=float, default=0.4, help="seconds between the mail server's journal and its answer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work and leave the logs (default: a temporary folder)")
    options = parser.parse_args()
    with working_folder(options.folder, prefix="openline-chaos-") as folder:
        return run(options, folder)


if __name__ == "__main__":
    sys.exit(main())
