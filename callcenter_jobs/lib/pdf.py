"""Papers as PDF: A4 pages of numbered passages with lines to write on, set in fonts that travel with the file.

The same content always gives the same bytes: nothing of the clock or of the machine goes in. Text is set word by word
and never read as markup, so whatever people typed is only ever text.

Imported only where a file is drawn: ReportLab takes six megabytes of every process that has it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer

from callcenter_jobs.lib.gaps import Gap, Part

FONTS = Path(__file__).resolve().parent / "fonts"
REGULAR, BOLD = "NotoSans", "NotoSans-Bold"
FILES = {REGULAR: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf"}
INK, SOFT, RULE = HexColor("#16191a"), HexColor("#5a6163"), HexColor("#16191a")
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 25 * mm, 20 * mm, 27 * mm, 22 * mm
COLUMN = WIDTH - LEFT - RIGHT
SIZE, LEADING = 9.5, 13.0
# A hand needs more room than type does.
WRITING_LEADING, GAP_LEADING = 19.0, 15.0
GAP_WIDTH, LEAST_LINE = 45 * mm, 35 * mm
# Between a label and the text or line beside it.
LABEL_GAP = 3 * mm
# A paragraph that is cut leaves at least this many lines on either page.
FEWEST_LINES = 2


# What a story is made of, for those who tell one.
Block: TypeAlias = Flowable


@dataclass(frozen=True, slots=True)
class Paper:
    """What every page says around its text. ``language`` is the document's, for screen readers and searching."""

    title: str
    language: str
    running: str
    foot: str = ""
    author: str = ""


def fonts() -> dict[str, TTFont]:
    """The fonts, read from their files once per process."""
    known = set(pdfmetrics.getRegisteredFontNames())
    for name, file in FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    return {name: pdfmetrics.getFont(name) for name in FILES}


def settable(text: str, font: str = REGULAR) -> str:
    """``text`` in letters that the font has: composed, on one line, and with a visible mark for what cannot be set."""
    glyphs = fonts()[font].face.charToGlyph
    composed = unicodedata.normalize("NFC", " ".join(text.split(" ")))
    plain = "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter for letter in composed)
    bare = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Cf", "Cs", "Co", "Cn"})
    return "".join(letter if ord(letter) in glyphs else "\ufffd" for letter in bare)


def width_of(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or a line to write on, and whether a space stands before it."""

    text: str
    spaced: bool
    is_gap: bool = False


def _words(parts: Sequence[Part], font: str, size: float, width: float) -> list[_Word]:
    found: list[_Word] = []
    spaced = False
    for part in parts:
        if isinstance(part, Gap):
            found.append(_Word("", spaced, is_gap=True))
            spaced = False
            continue
        text = settable(part, font)
        for place, chunk in enumerate(text.split(" ")):
            if place:
                spaced = True
            if chunk:
                for piece in _pieces(chunk, font, size, width):
                    found.append(_Word(piece, spaced))
                    spaced = False
    return found


def _pieces(word: str, font: str, size: float, width: float) -> list[str]:
    """A word that is wider than the column is cut where the column ends."""
    if width_of(word, font, size) <= width:
        return [word]
    pieces = []
    while word:
        end = max(1, _fitting(word, font, size, width))
        pieces.append(word[:end])
        word = word[end:]
    return pieces


def _fitting(text: str, font: str, size: float, width: float) -> int:
    """How many letters from the start fit into ``width``. Letters are set side by side, so each is measured once."""
    used = 0.0
    for place, letter in enumerate(text):
        used += width_of(letter, font, size)
        if used > width:
            return place
    return len(text)


@dataclass(slots=True)
class _Row:
    """One line of a passage: words at their place, and lines to write on from x to x."""

    words: list[tuple[float, str]]
    gaps: list[tuple[float, float]]
    runs_out: bool = False

    def put(self, x: float, text: str, *, spaced: bool) -> None:
        """Words that follow each other are set as one, so that they are also copied and read aloud as one."""
        if self.words and not (self.gaps and self.gaps[-1][0] > self.words[-1][0]):
            start, before = self.words[-1]
            self.words[-1] = (start, f"{before} {text}" if spaced else f"{before}{text}")
        else:
            self.words.append((x, text))

    @property
    def leading(self) -> float:
        if not self.gaps:
            return LEADING
        # Below a line in the middle of a sentence the sentence goes on.
        return WRITING_LEADING if self.runs_out else GAP_LEADING


def _rows(parts: Sequence[Part], font: str, size: float, width: float) -> list[_Row]:
    words = _words(parts, font, size, width)
    space = width_of(" ", font, size)
    rows, row, x = [], _Row([], []), 0.0
    for place, word in enumerate(words):
        is_last = place + 1 == len(words)
        needed = (LEAST_LINE if is_last else GAP_WIDTH) if word.is_gap else width_of(word.text, font, size)
        before = space if word.spaced and x else 0.0
        # Words that touch, such as a bracket after a line, may still be parted where the column ends.
        if x and x + before + needed > width:
            rows.append(row)
            row, x, before = _Row([], []), 0.0, 0.0
        x += before
        if word.is_gap:
            end = width if is_last else x + GAP_WIDTH
            row.gaps.append((x, end))
            row.runs_out = is_last
            x = end
        else:
            row.put(x, word.text, spaced=bool(before))
            x += needed
    return [*rows, row]


class Passage(Flowable):  # type: ignore[misc]  # ReportLab brings no types
    """Text in a column with its number, or a label, hanging to the left."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        number: str = "",
        indent: float = 0.0,
        font: str = REGULAR,
        number_font: str = REGULAR,
        after: float = 4.0,
        rows: list[_Row] | None = None,
    ) -> None:
        super().__init__()
        self.parts, self.number, self.indent = parts, settable(number, number_font), indent
        self.font, self.number_font, self.after = font, number_font, after
        self.rows = rows

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self.rows is None:
            self.rows = _rows(self.parts, self.font, SIZE, width - self.indent)
        self.label = self._label()
        # A label may need more lines than what it heads.
        self.width, self.height = width, max(sum(row.leading for row in self.rows), len(self.label) * LEADING)
        return width, self.height

    def _label(self) -> list[str]:
        """The number or label in lines that keep a gap to the text beside them."""
        if not self.number or not self.indent:
            return [self.number] if self.number else []
        rows = _rows((self.number,), self.number_font, SIZE, self.indent - min(LABEL_GAP, self.indent / 10))
        return [" ".join(text for _x, text in row.words) for row in rows]

    def getSpaceAfter(self) -> float:
        return self.after

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        rows = self.rows or []
        fitting, used = 0, 0.0
        while fitting < len(rows) and used + rows[fitting].leading <= height:
            used += rows[fitting].leading
            fitting += 1
        fitting = min(fitting, len(rows) - FEWEST_LINES)
        if fitting < FEWEST_LINES or len(self.label) * LEADING > height:
            return []
        same: dict[str, Any] = {"indent": self.indent, "font": self.font, "number_font": self.number_font}
        head = Passage((), number=self.number, rows=rows[:fitting], after=0.0, **same)
        return [head, Passage((), rows=rows[fitting:], after=self.after, **same)]

    def draw(self) -> None:
        canvas, y = self.canv, self.height
        for place, row in enumerate(self.rows or []):
            y -= row.leading
            base = y + 4.0
            if place == 0:
                canvas.setFillColor(SOFT)
                canvas.setFont(self.number_font, SIZE)
                for line, text in enumerate(self.label):
                    canvas.drawString(0, base - line * LEADING, text)
            canvas.setFillColor(INK)
            canvas.setFont(self.font, SIZE)
            for x, text in row.words:
                canvas.drawString(self.indent + x, base, text)
            canvas.setStrokeColor(RULE)
            canvas.setLineWidth(0.5)
            for start, end in row.gaps:
                canvas.line(self.indent + start, base - 2.5, self.indent + end, base - 2.5)


class Heading(Flowable):  # type: ignore[misc]
    """A heading that never stands alone at the foot of a page; with ``bookmark`` it is listed in the reader's outline."""

    def __init__(self, text: str, *, size: float = 12.0, before: float = 14.0, after: float = 4.0, bookmark: str = "") -> None:
        super().__init__()
        self.text, self.size, self.before, self.after, self.bookmark = settable(text, BOLD), size, before, after, bookmark
        self.keepWithNext = 1

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.lines = [" ".join(text for _x, text in row.words) for row in _rows((self.text,), BOLD, self.size, width)]
        self.width, self.height = width, len(self.lines) * self.size * 1.3
        return width, self.height

    def getSpaceBefore(self) -> float:
        return self.before

    def getSpaceAfter(self) -> float:
        return self.after

    def draw(self) -> None:
        canvas = self.canv
        if self.bookmark:
            canvas.bookmarkHorizontal(self.bookmark, 0, self.height)
            canvas.addOutlineEntry(self.text, self.bookmark, level=0)
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, self.size)
        for place, line in enumerate(self.lines):
            canvas.drawString(0, self.height - (place + 1) * self.size * 1.3 + self.size * 0.35, line)


class SignatureRow(Flowable):  # type: ignore[misc]
    """Who signs, then a line for each of ``captions`` with its word below."""

    LABEL = 45 * mm

    def __init__(self, label: str, captions: Sequence[str]) -> None:
        super().__init__()
        self.label, self.captions = settable(label), [settable(caption) for caption in captions]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.rows = _rows((self.label,), REGULAR, SIZE, self.LABEL - 4 * mm)
        self.width, self.height = width, max(38.0, 24.0 + LEADING * len(self.rows))
        return width, self.height

    def draw(self) -> None:
        canvas, line = self.canv, self.height - 24.0
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, SIZE)
        for place, row in enumerate(self.rows):
            for x, text in row.words:
                canvas.drawString(x, line + 2.5 - place * LEADING, text)
        space = 4 * mm
        each = (self.width - self.LABEL - space * (len(self.captions) - 1)) / len(self.captions)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.setFont(REGULAR, 7.5)
        for place, caption in enumerate(self.captions):
            x = self.LABEL + place * (each + space)
            canvas.line(x, line, x + each, line)
            canvas.setFillColor(SOFT)
            canvas.drawString(x, line - 9.0, caption)


class Hairline(Flowable):  # type: ignore[misc]
    """A rule across the column."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, 0.5
        return width, self.height

    def getSpaceAfter(self) -> float:
        return 8.0

    def draw(self) -> None:
        self.canv.setStrokeColor(SOFT)
        self.canv.setLineWidth(0.5)
        self.canv.line(0, 0, self.width, 0)


def together(*blocks: Block) -> Block:
    """Never parted by the end of a page."""
    return KeepTogether(list(blocks))


def space(points: float) -> Block:
    return Spacer(1, points)


def shortened(text: str, font: str, size: float, width: float) -> str:
    """``text``, cut with an ellipsis where it would be wider than ``width``."""
    if width_of(text, font, size) <= width:
        return text
    return f"{text[: _fitting(text, font, size, width - width_of('…', font, size))].rstrip()}…"


class _Pages(BaseDocTemplate):  # type: ignore[misc]
    """A4 with the running title above and foot and page number below. ``total`` is known after a first go."""

    def __init__(self, target: BytesIO, paper: Paper, total: int) -> None:
        # "invariant" leaves out the date and derives the identifier from the content.
        super().__init__(target, pagesize=A4, title=paper.title, lang=paper.language, invariant=1, pageCompression=1)
        self.author, self.subject, self.creator = paper.author, "", ""
        self.paper, self.total = paper, total
        frame = Frame(LEFT, BOTTOM, COLUMN, HEIGHT - TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self.around))

    def around(self, canvas: Any, _document: Any) -> None:
        canvas.setFillColor(SOFT)
        canvas.setFont(REGULAR, 8)
        running = settable(self.paper.running)
        canvas.drawString(LEFT, HEIGHT - 16 * mm, shortened(running, REGULAR, 8, COLUMN))
        canvas.setStrokeColor(SOFT)
        canvas.setLineWidth(0.25)
        canvas.line(LEFT, HEIGHT - 18 * mm, WIDTH - RIGHT, HEIGHT - 18 * mm)
        number = f"{canvas.getPageNumber()} / {self.total}"
        canvas.drawRightString(WIDTH - RIGHT, 12 * mm, number)
        canvas.drawString(LEFT, 12 * mm, shortened(settable(self.paper.foot), REGULAR, 8, COLUMN - 25 * mm))
        if canvas.getPageNumber() == 1:
            canvas.showOutline()


def render(paper: Paper, story: Callable[[], Sequence[Block]]) -> bytes:
    """The file. It is laid out twice, because the first page already says how many there are; what was set once
    remembers it, so ``story`` makes it anew each time."""
    fonts()
    total = 0
    for _round in range(2):
        target = BytesIO()
        pages = _Pages(target, paper, total)
        pages.build(list(story()))
        total = pages.page
    return target.getvalue()
