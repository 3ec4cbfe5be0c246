"""A relay on loopback that can be told to misbehave, and that remembers on disk what it accepted.

The journal line is fsynced *before* the 250, as an honest relay does, so it is the judge: two lines with one
Message-ID are a doubled mail, none is a lost one. Behaviors are scripted per conversation::

    with Sink(folder) as sink:
        sink.script("4xx@rcpt", "drop@answer")   # the 1st conversation, the 2nd; then all is well again

Steps are ``banner`` (connection closed before the greeting), ``mail``, ``rcpt``, ``data`` (the command), ``dot`` (after the mail, not
accepted) and ``answer`` (after the mail, *accepted* and journaled). Verbs: ``4xx``, ``5xx``, ``drop`` (hang up), ``hang`` (never answer).

Also a program of its own, for the chaos proof: ``python sink.py --folder F --delay 0.15 --idle 30`` prints its ports.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import email
import email.policy
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Coroutine
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

# aiosmtpd writes a line, with addresses, for every step of every conversation.
logging.getLogger("mail.log").setLevel(logging.ERROR)

REPLIES = {"4xx": "451 4.3.0 Try again later", "5xx": "550 5.1.1 No such mailbox"}


class _Conversation(SMTP):
    """One connection; takes the next behavior of the script with it."""

    def __init__(self, sink: Sink, **kwargs: Any) -> None:
        self.behavior = sink.next_behavior()
        super().__init__(_Handler(sink, self), **kwargs)

    async def smtp_DATA(self, arg: str | None) -> None:
        reply = await self.act("data")
        if reply is not None:
            await self.push(reply)
            return
        await super().smtp_DATA(arg)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.behavior == "drop@banner":
            self.hang_up()

    def hang_up(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def act(self, step: str) -> str | None:
        """The misbehaved reply for this step, or ``None`` to go on as usual."""
        verb, _at, where = self.behavior.partition("@")
        if where != step:
            return None
        if verb == "drop":
            self.hang_up()
            raise asyncio.CancelledError
        if verb == "hang":
            await asyncio.sleep(3600)
        return REPLIES[verb]


class _Handler:
    def __init__(self, sink: Sink, conversation: _Conversation) -> None:
        self.sink = sink
        self.conversation = conversation

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reply = await self.conversation.act("mail")
        if reply is None:
            envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reply = await self.conversation.act("rcpt")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self.conversation.act("dot")
        if reply is not None:
            return reply
        relay_id = self.sink.accept(envelope)
        # Kills shall land between the journal and the answer: that is the window no protocol closes.
        await asyncio.sleep(self.sink.delay)
        await self.conversation.act("answer")
        return f"250 2.0.0 {relay_id}"


class Sink:
    def __init__(self, folder: Path, *, delay: float = 0.0, idle: float = 30.0, smtp_port: int = 0, http_port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.journal = folder / "journal.jsonl"
        self.delay = delay
        self.idle = idle
        self.lookups_answer: bool = True
        self.asked: list[str] = []
        self.accepted: dict[str, str] = {}
        self.payloads: list[bytes] = []
        self._script: collections.deque[str] = collections.deque()
        self._ports = (smtp_port, http_port)
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._file = self.journal.open("ab")
        for entry in self.entries():
            self.accepted[entry["message_id"]] = entry["relay_id"]

    # --- the script ---------------------------------------------------------------------------
    def script(self, *behaviors: str) -> None:
        self._script.extend(behaviors)

    def next_behavior(self) -> str:
        return self._script.popleft() if self._script else ""

    # --- what came ----------------------------------------------------------------------------
    def accept(self, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        message_id = str(message["Message-ID"]).strip()
        with self._lock:
            relay_id = f"sink-{time.time_ns()}"
            entry = {
                "message_id": message_id,
                "relay_id": relay_id,
                "to": envelope.rcpt_tos,
                "subject": str(message["Subject"]),
                "at": time.time(),
            }
            self._file.write(json.dumps(entry).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.accepted.setdefault(message_id, relay_id)
            self.payloads.append(raw)
        return relay_id

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def messages(self) -> list[email.message.EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.payloads]

    # --- servers ------------------------------------------------------------------------------
    @property
    def email_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    @property
    def lookup_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/lookup"

    def start(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        server = self._run(self._loop.create_server(self._conversation, "127.0.0.1", self._ports[0]))
        self._server = server
        self.smtp_port = int(server.sockets[0].getsockname()[1])
        self._http = ThreadingHTTPServer(("127.0.0.1", self._ports[1]), _lookup_handler(self))
        self.http_port = int(self._http.server_address[1])
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def _conversation(self) -> _Conversation:
        return _Conversation(self, hostname="sink.example", timeout=self.idle, enable_SMTPUTF8=False, loop=self._loop)

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

        async def close() -> None:
            self._server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()
            await asyncio.sleep(0.05)

        self._run(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _lookup_handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # named by http.server
            message_id = parse_qs(urlsplit(self.path).query).get("message_id", [""])[0]
            sink.asked.append(message_id)
            relay_id = sink.accepted.get(message_id)
            body = json.dumps({"status": "accepted", "relay_id": relay_id} if relay_id else {"status": "unknown"}).encode()
            self.send_response(200 if sink.lookups_answer else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the journal is the log."""

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds between journal and 250")
    parser.add_argument("--idle", type=float, default=30.0, help="seconds after which a silent sender is hung up on")
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--http-port", type=int, default=0)
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Sink(options.folder, delay=options.delay, idle=options.idle, smtp_port=options.smtp_port, http_port=options.http_port) as sink:
        print(json.dumps({"email_url": sink.email_url, "lookup_url": sink.lookup_url}), flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
