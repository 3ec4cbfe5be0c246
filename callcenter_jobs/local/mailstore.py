"""The folder of the local mailbox: one file per mail, and a journal of everything that was ever accepted.

The journal outlives the mails. "Delete all" removes files; the answer to "did you accept this Message-ID?" stays.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RELAY_ID = re.compile(r"^[0-9]{8}T[0-9]{6}-[0-9a-f]{12}$")


@dataclass(frozen=True)
class Entry:
    relay_id: str
    message_id: str
    at: str
    sender: str
    recipients: list[str]
    subject: str
    size: int

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class MailStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal.jsonl"
        folder.mkdir(parents=True, exist_ok=True)

    def open_journal(self) -> None:
        """Close a line that a killed process left unfinished, so that the next one stands alone."""
        if self.journal.exists() and not self.journal.read_bytes().endswith(b"\n"):
            with self.journal.open("ab") as out:
                out.write(b"\n")

    def add(self, content: bytes, *, message_id: str, sender: str, recipients: list[str], subject: str) -> Entry:
        """Store a mail; when this returns, it survives a power cut. Twice the same mail is two mails."""
        now = datetime.now(UTC)
        entry = Entry(
            relay_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(6)}",
            message_id=message_id,
            at=now.isoformat(timespec="milliseconds"),
            sender=sender,
            recipients=recipients,
            subject=subject,
            size=len(content),
        )
        path = self.path_of(entry.relay_id)
        half = path.with_suffix(".part")
        with half.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        half.rename(path)
        _sync(self.folder)
        with self.journal.open("ab") as out:
            out.write(json.dumps(asdict(entry)).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        return entry

    def path_of(self, relay_id: str) -> Path:
        if not RELAY_ID.match(relay_id):
            raise ValueError("not an id of a stored mail")
        return self.folder / f"{relay_id}.eml"

    def accepted(self) -> list[Entry]:
        """Everything ever accepted, oldest first."""
        entries: list[Entry] = []
        if not self.journal.exists():
            return entries
        for line in self.journal.read_bytes().splitlines():
            try:
                entries.append(Entry(**json.loads(line)))
            except (ValueError, TypeError):
                continue  # half a line of a killed process: that mail was never answered with 250
        return entries

    def present(self, recipient: str = "") -> list[Entry]:
        """The mails that are still here, newest first, of any recipient whose address contains ``recipient``."""
        here = {path.stem for path in self.folder.glob("*.eml")}
        wanted = recipient.strip().lower()
        found = [entry for entry in self.accepted() if entry.relay_id in here]
        if wanted:
            found = [entry for entry in found if any(wanted in address.lower() for address in entry.recipients)]
        return found[::-1]

    def find(self, relay_id: str) -> Entry | None:
        return next((entry for entry in self.accepted() if entry.relay_id == relay_id), None)

    def delete_all(self) -> int:
        paths = list(self.folder.glob("*.eml"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)
