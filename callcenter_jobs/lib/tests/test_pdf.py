"""Papers as PDF: what comes out is read back with pypdf."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from callcenter_jobs.lib import pdf
from callcenter_jobs.lib.gaps import GAP

LETTERS = "åäöÅÄÖ æøÆØ čćđšžČĆĐŠŽ абвгдеёжзийклмнопрстуфхцчшщъыьэюя АБВЖЁ – — “ ” « » № €"


def read(data: bytes) -> Any:
    return PdfReader(BytesIO(data))


def made(story: list[pdf.Block] | None = None, **about: str) -> bytes:
    paper = pdf.Paper(**{"title": "Instruction", "language": "hr", "running": "Running", "foot": "Foot", **about})
    passages = story if story is not None else None
    return pdf.render(paper, lambda: passages if passages is not None else [pdf.Heading("One", bookmark="one"), pdf.Passage((LETTERS,))])


def many(number: int) -> bytes:
    paper = pdf.Paper(title="t", language="en", running="Running title", foot="Foot")
    return pdf.render(paper, lambda: [pdf.Passage(("word " * 30,), number=f"1.{n}", indent=30) for n in range(number)])


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(data).pages)


@pytest.mark.parametrize("font", [pdf.REGULAR, pdf.BOLD])
def test_every_letter_of_the_five_languages_can_be_set(font: str) -> None:
    assert pdf.settable(LETTERS, font) == LETTERS
    assert LETTERS in text_of(pdf.render(pdf.Paper("t", "ru", "r"), lambda: [pdf.Passage((LETTERS,), font=font)]))


def test_fonts_are_embedded_and_only_as_far_as_they_are_used() -> None:
    reader = read(made())
    fonts = reader.pages[0]["/Resources"]["/Font"]
    embedded = [font.get_object()["/FontDescriptor"] for font in fonts.values() if "/FontDescriptor" in font.get_object()]
    assert embedded
    assert all("/FontFile2" in descriptor for descriptor in embedded)
    assert len(made()) < 60_000


def test_file_says_its_language_and_title_and_lists_its_headings() -> None:
    reader = read(made())
    assert reader.trailer["/Root"]["/Lang"] == "hr"
    assert reader.metadata.title == "Instruction"
    assert [entry.title for entry in reader.outline] == ["One"]
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == pytest.approx([595.28, 841.89], abs=0.01)


def test_same_content_gives_the_same_bytes() -> None:
    assert many(40) == many(40)
    assert many(40) != many(41)


def test_every_page_has_title_foot_and_its_number() -> None:
    pages = read(many(60)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"{number} / {len(pages)}" in text
        assert "Running title" in text
        assert "Foot" in text


def drawn_lines(data: bytes) -> list[tuple[float, ...]]:
    """Every straight line of the pages as x, y, x, y, below the head."""
    content = b"".join(page.get_contents().get_data() for page in read(data).pages).decode("latin-1")
    found = re.findall(r"n ([\d.-]+) ([\d.-]+) m ([\d.-]+) ([\d.-]+) l S", content)
    return [tuple(float(value) for value in line) for line in found]


def test_line_to_fill_in_is_drawn_and_runs_to_the_margin() -> None:
    lines = drawn_lines(pdf.render(pdf.Paper("t", "en", "r"), lambda: [pdf.Passage(("Takes instructions from: ", GAP), indent=30)]))
    within = [line for line in lines if line[1] == line[3] and 30 < line[0] < pdf.COLUMN and line[2] == pytest.approx(pdf.COLUMN, abs=0.01)]
    assert len(within) == 1
    assert within[0][2] - within[0][0] > pdf.LEAST_LINE


def test_line_that_has_no_room_left_gets_a_row_of_its_own() -> None:
    rows = pdf._rows(("word " * 17, GAP), pdf.REGULAR, pdf.SIZE, pdf.COLUMN)
    assert rows[-1].gaps == [(0.0, pdf.COLUMN)]


def test_what_cannot_be_set_shows_a_mark_and_breaks_nothing() -> None:
    assert pdf.settable("a\u200bb\x00c\u202ed 漢 😀") == "ab cd \ufffd \ufffd"
    assert "<b>&amp;</b>" in text_of(made([pdf.Passage(("<b>&amp;</b> {line}",))]))


def test_endless_word_is_cut_where_the_column_ends() -> None:
    rows = pdf._rows(("x" * 500,), pdf.REGULAR, pdf.SIZE, 200.0)
    assert "".join(text for row in rows for _x, text in row.words) == "x" * 500
    assert all(pdf.width_of(text, pdf.REGULAR, pdf.SIZE) <= 200.0 for row in rows for _x, text in row.words)


@pytest.mark.parametrize("before", range(36, 56))
def test_heading_never_stands_alone_at_the_foot_of_a_page(before: int) -> None:
    def story() -> list[pdf.Block]:
        return [*(pdf.Passage((f"line {n}",), after=0) for n in range(before)), pdf.Heading("Heading"), pdf.Passage(("What follows",))]

    for page in read(pdf.render(pdf.Paper("t", "en", "r"), story)).pages:
        text = page.extract_text()
        assert ("Heading" in text) == ("What follows" in text)


def test_long_title_is_shortened_at_the_head_of_the_page() -> None:
    assert "…" in text_of(made([pdf.Passage(("x",))], running="word " * 200))
