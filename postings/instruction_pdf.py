"""The job instruction as a PDF: the same document that the page shows, on A4."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm

from callcenter_jobs.lib import pdf
from callcenter_jobs.lib.text import slug_of
from postings.services.instructions import Instruction, Section

NUMBER_COLUMN, LABEL_COLUMN = 11 * mm, 45 * mm


def instruction_pdf(instruction: Instruction) -> bytes:
    """The file's bytes, the same for the same document."""
    title = ", ".join(filter(None, [f"{instruction.heading}: {instruction.position}", instruction.employer]))
    paper = pdf.Paper(title=title, language=instruction.language, running=title, foot=instruction.source, author=instruction.employer)
    return pdf.render(paper, lambda: _story(instruction))


def file_name(instruction: Instruction) -> str:
    with override(instruction.language):
        words = _("job instruction")
    return f"{slug_of(words) or 'job-instruction'}-{slug_of(instruction.position)[:60] or 'position'}-{instruction.language}.pdf"


def _story(instruction: Instruction) -> list[pdf.Block]:
    story: list[pdf.Block] = [
        pdf.Heading(instruction.heading, size=20, before=0, after=2),
        pdf.Heading(instruction.position, size=13, before=0, after=8),
        pdf.Hairline(),
    ]
    story += [pdf.Passage(row.parts, number=row.label, indent=LABEL_COLUMN, after=2) for row in instruction.fields]
    for section in instruction.sections:
        story += _section(section)
    # Nobody signs on a page that does not say what for; the clauses stay where there is room for them.
    signing = [pdf.space(16), pdf.Passage((instruction.read,), after=4)]
    signing += [pdf.SignatureRow(signer, instruction.captions) for signer in instruction.signers]
    return [*story, pdf.together(*signing)]


def _section(section: Section) -> list[pdf.Block]:
    found: list[pdf.Block] = [pdf.Heading(f"{section.number}  {section.title}", bookmark=section.key)]
    for paragraph in section.paragraphs:
        passage = pdf.Passage(paragraph.parts, number=paragraph.number, indent=NUMBER_COLUMN if paragraph.number else 0, after=3)
        # A line above a list stays with the first of its items.
        passage.keepWithNext = 0 if paragraph.number else 1
        found.append(passage)
    return found
