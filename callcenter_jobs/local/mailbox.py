"""The local mailbox: an SMTP server on loopback that keeps every mail, and answers what it has accepted.

    python -m callcenter_jobs.local.mailbox --folder .local/mailbox --smtp-port 2525 --http-port 2526

A mail is on disk before the sender reads 250. ``GET /lookup?message_id=<…>`` says whether a Message-ID was ever
accepted, which is what the outbox asks before it sends an uncertain mail again. A silent session is closed after 30
seconds, which must stay below the outbox's lease. The page that shows the mails is in ``callcenter_jobs.local.views``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from callcenter_jobs.local.mailstore import Entry, MailStore

HOST = "127.0.0.1"
IDLE_SECONDS = 30
LARGEST_MAIL = 25 * 1024 * 1024
LONGEST_REQUEST = 8192

logger = logging.getLogger("mailbox")


class Mailbox:
    """Takes mails into its store; keeps the accepted Message-IDs in memory for quick answers."""

    def __init__(self, folder: Path) -> None:
        self.store = MailStore(folder)
        self.store.open_journal()
        self.relay_ids = {entry.message_id: entry.relay_id for entry in self.store.accepted()}
        self._servers: list[asyncio.AbstractServer] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        entry = await asyncio.get_running_loop().run_in_executor(
            None, self.take, content, envelope.mail_from or "", list(envelope.rcpt_tos)
        )
        return f"250 2.0.0 accepted as {entry.relay_id}"

    def take(self, content: bytes, sender: str, recipients: list[str]) -> Entry:
        headers = BytesHeaderParser(policy=policy.default).parsebytes(content)
        message_id = str(headers.get("Message-ID", "")).strip()
        entry = self.store.add(
            content,
            message_id=message_id,
            sender=parseaddr(sender)[1] or sender,
            recipients=recipients,
            subject=str(headers.get("Subject", "")),
        )
        if message_id:
            self.relay_ids.setdefault(message_id, entry.relay_id)
        return entry

    def lookup(self, message_id: str) -> dict[str, str]:
        relay_id = self.relay_ids.get(message_id.strip())
        return {"status": "unknown"} if relay_id is None else {"status": "accepted", "relay_id": relay_id}

    def answer(self, target: str) -> tuple[int, dict[str, str]]:
        parts = urlsplit(target)
        if parts.path == "/healthz":
            return 200, {"status": "ok"}
        if parts.path != "/lookup":
            return 404, {"error": "not found"}
        message_ids = parse_qs(parts.query).get("message_id", [])
        if len(message_ids) != 1:
            return 400, {"error": "message_id is missing"}
        return 200, self.lookup(message_ids[0])

    async def _serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            method, target, _version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            status, body = self.answer(target) if method == "GET" else (405, {"error": "only GET"})
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            status, body = 400, {"error": "not understood"}
        payload = json.dumps(body).encode()
        lines = f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\nConnection: close\r\n\r\n"
        try:
            writer.write(lines.encode() + payload)
            await writer.drain()
        except ConnectionError:
            logger.info("the asker hung up")
        finally:
            writer.close()

    async def start(self, *, smtp_port: int, http_port: int) -> None:
        loop = asyncio.get_running_loop()

        def smtp() -> SMTP:
            return SMTP(
                self, hostname="mailbox.localhost", ident="Openline local mailbox", timeout=IDLE_SECONDS, data_size_limit=LARGEST_MAIL
            )

        self._servers = [
            await loop.create_server(smtp, HOST, smtp_port),
            await asyncio.start_server(self._serve_http, HOST, http_port, limit=LONGEST_REQUEST),
        ]

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()


async def serve(folder: Path, smtp_port: int, http_port: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    mailbox = Mailbox(folder)
    await mailbox.start(smtp_port=smtp_port, http_port=http_port)
    logger.info("SMTP on %s:%d, lookup on %s:%d", HOST, smtp_port, HOST, http_port)
    await ended.wait()
    await mailbox.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="A mail server for one machine that keeps what it is given.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own, which names addresses
    asyncio.run(serve(options.folder, options.smtp_port, options.http_port))


if __name__ == "__main__":
    main()
