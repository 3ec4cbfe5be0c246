"""DOCX and ODT: checked part by part, and read without unpacking anything to disk.

XML goes through a parser that refuses every document type declaration, and with it external entities and
entity bombs.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from xml.sax import SAXException, handler

from defusedxml import sax
from defusedxml.common import DefusedXmlException

from applicants.resumes import MAX_CHARACTERS, FileType, Refusal, Refused
from applicants.resumes.archive import open_archive, read_entry

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
DOCX_SCRIPTS = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/)", re.IGNORECASE)
DOCX_ATTACHMENTS = re.compile(r"(?:^|/)(?:embeddings/|oleobject|package\.bin|afchunk)", re.IGNORECASE)
ODT_SCRIPTS = re.compile(r"^(?:basic|scripts)/", re.IGNORECASE)
ODT_ATTACHMENTS = re.compile(r"^(?:object \d+|objectreplacements|chart)(?:/|$)", re.IGNORECASE)
# Word fields that fetch or run something when the document is opened.
FIELD_CODES = re.compile(r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|EMBED)\b")
ODT_LINKS = frozenset({"text:a", "draw:a", "meta:template", "draw:area-rectangle", "draw:area-circle", "draw:area-polygon"})
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|/|\.\./\.\.)", re.IGNORECASE)
PARAGRAPHS = frozenset({"w:p", "w:tr", "text:p", "text:h", "table:table-row"})
SPACES = {"w:tab": "\t", "w:br": "\n", "text:tab": "\t", "text:line-break": "\n", "text:s": " "}
DOCX_TEXT_PARTS = re.compile(r"^word/(?:document|header\d*|footer\d*|footnotes)\.xml$")


class _Part(handler.ContentHandler):
    """Looks at every element of one part: collects its text, and stops at whatever acts or fetches."""

    def __init__(self, *, is_odt: bool) -> None:
        super().__init__()
        self.is_odt = is_odt
        self.text: list[str] = []
        self.length = 0
        self.field_code: list[str] = []
        self.open: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:
        self.open.append(name)
        if len(self.open) > 500:
            raise Refused(Refusal.TOO_COMPLEX)
        if name in SPACES:
            self._add(SPACES[name])
        if name == "w:fldSimple":
            self._check_field(attrs.get("w:instr", ""))
        if self.is_odt:
            self._check_odt(name, attrs)

    def endElement(self, name: str) -> None:
        self.open.pop()
        if name in PARAGRAPHS:
            self._add("\n")
        if name == "w:p":
            # Word may cut a field code into several runs; it never crosses a paragraph.
            self._check_field("".join(self.field_code))
            self.field_code.clear()

    def characters(self, content: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "w:instrText":
            self.field_code.append(content)
        elif inside == "w:t" or self.is_odt:
            self._add(content)

    def _add(self, text: str) -> None:
        if self.length < MAX_CHARACTERS:
            self.text.append(text)
            self.length += len(text)

    def _check_field(self, code: str) -> None:
        if FIELD_CODES.search(code.upper()):
            raise Refused(Refusal.OUTSIDE_PARTS)

    def _check_odt(self, name: str, attrs: Any) -> None:
        if name.startswith("script:") or name in {"text:script", "text:dde-connection-decl", "office:dde-source"}:
            raise Refused(Refusal.SCRIPTS)
        if name in {"draw:object", "draw:object-ole", "draw:plugin", "draw:applet"}:
            raise Refused(Refusal.ATTACHMENTS)
        if name == "manifest:encryption-data":
            raise Refused(Refusal.ENCRYPTED)
        href = attrs.get("xlink:href", "")
        if name in ODT_LINKS:
            if href.strip().lower().startswith(("javascript:", "vnd.sun.star", "macro:")):
                raise Refused(Refusal.SCRIPTS)
        elif href and SCHEME.match(href):
            raise Refused(Refusal.OUTSIDE_PARTS)


class _Relations(handler.ContentHandler):
    """A DOCX part's links to others: outside the file only hyperlinks are fine."""

    def startElement(self, name: str, attrs: Any) -> None:
        if name.rpartition(":")[2] != "Relationship":
            return
        kind = attrs.get("Type", "").rpartition("/")[2].lower()
        if kind == "attachedtemplate":
            raise Refused(Refusal.OUTSIDE_PARTS)
        if attrs.get("TargetMode", "").lower() == "external":
            if kind != "hyperlink":
                raise Refused(Refusal.OUTSIDE_PARTS)
            if attrs.get("Target", "").strip().lower().startswith(("javascript:", "vbscript:", "data:")):
                raise Refused(Refusal.SCRIPTS)
        if kind in {"vbaproject", "control", "activexcontrolbinary"}:
            raise Refused(Refusal.SCRIPTS)
        if kind in {"oleobject", "package", "afchunk"}:
            raise Refused(Refusal.ATTACHMENTS)


class _Types(handler.ContentHandler):
    """``[Content_Types].xml``: there is one main part, a document without macros."""

    def __init__(self) -> None:
        super().__init__()
        self.has_main = False

    def startElement(self, name: str, attrs: Any) -> None:
        kind = attrs.get("ContentType", "")
        if "macroenabled" in kind.lower() or "vbaproject" in kind.lower():
            raise Refused(Refusal.SCRIPTS)
        self.has_main = self.has_main or kind == DOCX_MAIN


def _parse(content: bytes, target: handler.ContentHandler) -> None:
    try:
        sax.parse(io.BytesIO(content), target, forbid_dtd=True)
    except DefusedXmlException:
        raise Refused(Refusal.OUTSIDE_PARTS) from None
    except (SAXException, UnicodeError, ValueError, LookupError):
        raise Refused(Refusal.DAMAGED) from None


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".rdf"))


def read_office(content: bytes, kind: FileType) -> str:
    """The text of a DOCX or ODT after every part of it was found harmless. Raises ``Refused``."""
    archive = open_archive(content)
    try:
        return _read_docx(archive) if kind is FileType.DOCX else _read_odt(archive)
    except zlib.error:
        raise Refused(Refusal.DAMAGED) from None


def _read_docx(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    _refuse_names(names, DOCX_SCRIPTS, DOCX_ATTACHMENTS)
    if "word/document.xml" not in names:
        raise Refused(Refusal.WRONG_CONTENT)
    types = _Types()
    _parse(read_entry(archive, "[Content_Types].xml"), types)
    if not types.has_main:
        raise Refused(Refusal.WRONG_CONTENT)
    texts: dict[str, str] = {}
    for name in filter(_is_xml, names):
        if name.lower().endswith(".rels"):
            _parse(read_entry(archive, name), _Relations())
            continue
        part = _Part(is_odt=False)
        _parse(read_entry(archive, name), part)
        if DOCX_TEXT_PARTS.match(name):
            texts[name] = "".join(part.text)
    # The body first, then headers, footers and footnotes: contact details often stand there.
    return "\n".join([texts.pop("word/document.xml"), *texts.values()])


def _read_odt(archive: zipfile.ZipFile) -> str:
    first = min(archive.infolist(), key=lambda entry: entry.header_offset)
    is_marked = first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED and not first.extra
    if not is_marked or read_entry(archive, "mimetype") != ODT_TYPE:
        raise Refused(Refusal.WRONG_CONTENT)
    names = archive.namelist()
    _refuse_names(names, ODT_SCRIPTS, ODT_ATTACHMENTS)
    text = ""
    if "content.xml" not in names:
        raise Refused(Refusal.WRONG_CONTENT)
    for name in filter(_is_xml, names):
        content = read_entry(archive, name)
        if not content:
            continue  # LibreOffice writes empty files for settings that were never changed.
        part = _Part(is_odt=True)
        _parse(content, part)
        if name == "content.xml":
            text = "".join(part.text)
    return text


def _refuse_names(names: list[str], scripts: re.Pattern[str], attachments: re.Pattern[str]) -> None:
    for name in names:
        if scripts.search(name):
            raise Refused(Refusal.SCRIPTS)
        if attachments.search(name) and not name.endswith("/"):
            raise Refused(Refusal.ATTACHMENTS)
