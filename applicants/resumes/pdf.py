"""PDF: every object looked at, also those inside compressed object streams, and the text read.

Runs in the limited process only: pypdf has a history of hangs and memory bombs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from applicants.resumes import MAX_CHARACTERS, MAX_PAGES, Refusal, Refused
from applicants.resumes.sniff import STREAM

MAX_OBJECTS = 50_000
MAX_DEPTH = 100
ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound", "/GoTo3DView"})
MEDIA = frozenset({"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"})
LINK_SCHEME = re.compile(r"^\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
LITERAL = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
LOUD_NAMES = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
# What a parser of hostile input raises on the way; all of it means: this file cannot be judged.
FAILURES = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    NotImplementedError,
    OSError,
    ImportError,
)


def check_pdf(content: bytes) -> None:
    """Raises ``Refused`` for whatever a résumé does not need: passwords, scripts, actions, attachments, forms."""
    reader = _open(content)
    _check_unlisted(content)
    try:
        for item in _objects(reader):
            _check_tree(item)
    except FAILURES:
        raise Refused(Refusal.DAMAGED) from None


def read_pdf(content: bytes) -> str:
    """The text of the first pages. Raises ``Refused`` when it cannot be read."""
    reader = _open(content)
    texts: list[str] = []
    length = 0
    try:
        for number in range(min(len(reader.pages), MAX_PAGES)):
            text = reader.pages[number].extract_text()
            texts.append(text)
            length += len(text)
            if length > MAX_CHARACTERS:
                break
    except FAILURES:
        raise Refused(Refusal.DAMAGED) from None
    return "\n".join(texts)


def _open(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refused(Refusal.ENCRYPTED)
        if not len(reader.pages):
            raise Refused(Refusal.DAMAGED)
    except FAILURES:
        raise Refused(Refusal.DAMAGED) from None
    return reader


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, and the trailer."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise Refused(Refusal.TOO_COMPLEX)
    yield reader.trailer
    for number, generation in sorted(numbers):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _check_tree(root: Any) -> None:
    """One object and the direct objects in it; what it refers to comes by itself."""
    waiting = [(root, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Refused(Refusal.TOO_COMPLEX)
        if isinstance(item, DictionaryObject):
            _check_dictionary(item)
            waiting += [(value, depth + 1) for value in dict.values(item)]
        elif isinstance(item, ArrayObject):
            waiting += [(value, depth + 1) for value in list.__iter__(item)]


def _check_dictionary(item: DictionaryObject) -> None:
    keys = set(dict.keys(item))
    kind, subtype, action = (_name(item, key) for key in ("/Type", "/Subtype", "/S"))
    if {"/JS", "/JavaScript", "/XFA"} & keys or action in ACTIONS or subtype in MEDIA or "/RichMediaContent" in keys:
        raise Refused(Refusal.SCRIPTS)
    if "/AA" in keys and not _is_font_or_picture(item["/AA"]):
        raise Refused(Refusal.SCRIPTS)
    if {"/EF", "/EmbeddedFiles"} & keys or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        raise Refused(Refusal.ATTACHMENTS)
    if "/OpenAction" in keys:
        _check_open_action(item["/OpenAction"])
    if "/URI" in keys and action == "/URI":
        scheme = LINK_SCHEME.match(_text(item["/URI"]))
        if scheme and scheme.group(1).lower() not in LINK_SCHEMES:
            raise Refused(Refusal.SCRIPTS)
    if "/Encrypt" in keys and kind != "/XRef":
        raise Refused(Refusal.ENCRYPTED)


def _check_open_action(action: Any) -> None:
    """On opening, a viewer may go to a page of this file, nothing else."""
    if isinstance(action, DictionaryObject) and _name(action, "/S") != "/GoTo":
        raise Refused(Refusal.SCRIPTS)


def _is_font_or_picture(value: Any) -> bool:
    """``/AA`` as the name of a resource, not as a list of actions."""
    return isinstance(value, DictionaryObject) and _name(value, "/Type") in {"/Font", "/XObject", "/ExtGState", "/Pattern"}


def _name(item: DictionaryObject, key: str) -> str:
    value = item.get(key)
    resolved = value.get_object() if isinstance(value, IndirectObject) else value
    return str(resolved) if isinstance(resolved, NameObject) else ""


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _check_unlisted(content: bytes) -> None:
    """Objects that the table of contents leaves out, where a viewer that repairs files could find them."""
    bare = ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), LITERAL.sub(b"", STREAM.sub(b"", content)))
    found = LOUD_NAMES.search(bare)
    if found:
        raise Refused(Refusal.ATTACHMENTS if b"Embedded" in found.group() else Refusal.SCRIPTS)
