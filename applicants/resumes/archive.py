"""Zip containers, judged by their directory before a single entry is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Sequence

from applicants.resumes import Refusal, Refused

MAX_ENTRIES = 500
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
# A small entry may shrink a lot without harm (a style sheet of blanks); the ratio is judged above this size.
RATIO_FROM = 256 * 1024
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED_BITS = 0x1 | 0x40 | 0x2000
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
# A data descriptor with signature and 64-bit sizes is 24 bytes; some writers align entries to 64.
MAX_GAP = 64


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive, after its directory was found harmless. Raises ``Refused``."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError):
        raise Refused(Refusal.DAMAGED) from None
    entries = archive.infolist()
    _check_totals(entries)
    _check_names(entries)
    _check_layout(content, archive, entries)
    return archive


def _check_totals(entries: Sequence[zipfile.ZipInfo]) -> None:
    if not entries:
        raise Refused(Refusal.DAMAGED)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(Refusal.TOO_COMPLEX)
    for entry in entries:
        if entry.flag_bits & ENCRYPTED_BITS:
            raise Refused(Refusal.ENCRYPTED)
        if entry.compress_type not in METHODS:
            raise Refused(Refusal.DAMAGED)
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refused(Refusal.TOO_COMPLEX)


def _check_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        parts = name.split("/")
        is_outside = name.startswith("/") or ".." in parts or "\\" in name or (len(name) > 1 and name[1] == ":")
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if is_outside or is_link or "\0" in name or name.lower() in seen:
            raise Refused(Refusal.DAMAGED)
        seen.add(name.lower())


def _check_layout(content: bytes, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Entries follow each other from the first byte to the directory: none overlaps, nothing hides between them."""
    position = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        gap = entry.header_offset - position
        if not 0 <= gap <= (MAX_GAP if position else 0):
            raise Refused(Refusal.DAMAGED)
        header = content[entry.header_offset : entry.header_offset + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size:
            raise Refused(Refusal.DAMAGED)
        signature, *_middle, name_length, extra_length = LOCAL_HEADER.unpack(header)
        start = entry.header_offset + LOCAL_HEADER.size
        own_name = content[start : start + name_length]
        named = entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace")
        if signature != b"PK\x03\x04" or own_name != named:
            raise Refused(Refusal.DAMAGED)
        position = start + name_length + extra_length + entry.compress_size
    if not 0 <= archive.start_dir - position <= MAX_GAP:
        raise Refused(Refusal.DAMAGED)
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 + len(archive.comment) != len(content) or len(archive.comment) > MAX_GAP:
        raise Refused(Refusal.TWO_FORMATS)


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """The unpacked entry, no longer than its directory declares. Raises ``Refused`` when it is missing or lies."""
    try:
        with archive.open(name) as entry:
            return entry.read()
    except KeyError:
        raise Refused(Refusal.WRONG_CONTENT) from None
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error):
        raise Refused(Refusal.DAMAGED) from None
