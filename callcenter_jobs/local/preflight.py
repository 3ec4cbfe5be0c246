"""What must hold before the portal can start here; each failure is one line that says what to do."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import IO

MEGABYTE = 1024 * 1024
NEEDED_MEGABYTES = 400
OLDEST_PYTHON = (3, 11)


class Refusal(Exception):
    """The portal cannot start; the message is one line for a person."""


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise Refusal(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Choose another with: make run PYTHON=python3.11")


def read_port(raw: str) -> int:
    try:
        port = int(raw)
    except ValueError:
        raise Refusal(f"PORT must be a number, not {raw!r}.") from None
    if not 1 <= port <= 65535:
        raise Refusal(f"PORT must lie between 1 and 65535, not {port}.")
    return port


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"Port {port} needs more rights than you have. Choose another: make run PORT=8080") from None
        except OSError:
            raise Refusal(f"Port {port} is in use by another program. Choose another: make run PORT={port + 1}") from None


def check_disk(folder: Path, needed: int = NEEDED_MEGABYTES) -> None:
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < needed:
        raise Refusal(f"The disk is full: {free} MB free at {folder}, {needed} MB needed. Free some, or set LOCAL_DIR to another disk.")


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise Refusal(f"{folder} cannot be written: {error.strerror}. Set LOCAL_DIR to a folder that can.") from error


def lock(folder: Path) -> IO[str]:
    """Held while a portal runs from ``folder``; the kernel lets go of it however the process ends."""
    handle = (folder / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        holder = handle.read().strip() or "unknown"
        handle.close()
        raise Refusal(
            f"A portal already runs from {folder} (process {holder}). Stop it with Ctrl-C there, or set LOCAL_DIR to another folder."
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
