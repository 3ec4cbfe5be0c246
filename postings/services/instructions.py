"""The job instruction: the formal paper that says what a position must know and do, with which rights and liability.

It is made from a posting or from a published template, and from the library's clauses (``InstructionClause``). ``build``
is pure: it takes words and gives a document of numbered paragraphs, which the page and the PDF draw alike.

Placeholders in a clause: ``{title}``, ``{employer}`` and ``{reports_to}`` are put in as they are; where one is
unknown, and for ``{line}``, there stands a line to fill in by hand; one in brackets, as in ``({employer})``, goes
with its brackets instead. A placeholder that nobody knows is a line too: its name never reaches the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from callcenter_jobs.lib.gaps import GAP, Gap, Part
from postings.enums import ClauseSection, VersionState
from postings.models import InstructionClause, Posting, PostingText, Role, TemplateText, TemplateVersion
from postings.services.drafting import template_text
from postings.services.library_files import SOURCE

PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")
ASIDE = re.compile(r"\s*\(\{([a-z_]{1,60})\}\)")
# Unnumbered lines above a list; clauses with these keys are looked for by name.
LEADS = {
    ClauseSection.MUST_KNOW: "lead-must-know",
    ClauseSection.DUTIES: "lead-duties",
    ClauseSection.RIGHTS: "lead-rights",
    ClauseSection.LIABILITY: "lead-liability",
}
REQUIREMENTS = "lead-requirements"
LEAD_KEYS = frozenset({*LEADS.values(), REQUIREMENTS})
# More than this is no instruction any more; the page and the file stay bounded whatever is stored.
MOST_ITEMS, MOST_LETTERS = 40, 800


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``number`` is empty for a line above a list. ``lang`` is set where the words are in another language than the document."""

    parts: tuple[Part, ...]
    number: str = ""
    lang: str = ""

    @property
    def text(self) -> str:
        return "".join("____" if isinstance(part, Gap) else part for part in self.parts)

    @property
    def ends_with_line(self) -> bool:
        """Whether the line to fill in runs to the margin."""
        return bool(self.parts) and isinstance(self.parts[-1], Gap)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    number: str
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the title block: a label with its value, or with a line to fill in."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Instruction:
    """``fallback`` is the language of the posting's or template's words, when it has none in the document's own."""

    language: str
    heading: str
    position: str
    position_lang: str
    employer: str
    fields: tuple[Field, ...]
    sections: tuple[Section, ...]
    read: str
    signers: tuple[str, ...]
    captions: tuple[str, ...]
    source: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in the words that will be used. ``lang`` is theirs."""

    key: str
    section: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Position:
    """What the posting or the template says. ``lang`` is the language of its words, ``source`` names it at the foot of the page."""

    title: str
    lang: str
    source: str
    employer: str = ""
    reports_to: str = ""
    duties: tuple[str, ...] = ()
    must_haves: tuple[str, ...] = ()
    values: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        named = {"title": self.title, "employer": self.employer, "reports_to": self.reports_to}
        object.__setattr__(self, "values", {name: _short(value) for name, value in named.items()})


def for_posting(posting: Posting, *, language: str) -> Instruction:
    """The instruction of a posting, with the posting's words in ``language``, else in its own language."""
    text = posting.text_in(language) or PostingText(posting=posting, language=posting.language)
    with translation.override(language):
        source = _("Posting %(code)s") % {"code": posting.code}
    position = _position(text, source=source, employer=posting.employer.name)
    return build(position, clauses_for(posting.role, language), language=language)


def for_template(version: TemplateVersion, *, language: str) -> Instruction | None:
    """The instruction of a template version, with a line where an employer will put its name; ``None`` without any words."""
    titled = (text for text in version.texts.all() if text.language == SOURCE and text.title)
    text = template_text(version, language) or template_text(version, SOURCE) or next(titled, None)
    if text is None:
        return None
    with translation.override(language):
        source = _("Template version %(number)s") % {"number": version.number}
    return build(_position(text, source=source), clauses_for(version.template.role, language), language=language)


def published_template(key: str) -> TemplateVersion | None:
    """The published template of a role in use, with its words."""
    found = TemplateVersion.objects.filter(state=VersionState.PUBLISHED, template__role__key=key, template__role__is_active=True)
    return found.select_related("template__role").prefetch_related("texts").first()


def clauses_for(role: Role, language: str) -> list[Clause]:
    """The clauses that fit the role's tier and family, in order, in ``language`` or else in English."""
    found = []
    for row in InstructionClause.objects.order_by("position", "key"):
        if (row.tiers and role.tier not in row.tiers) or (row.families and role.family not in row.families):
            continue
        own = str(row.texts.get(language, {}).get("text") or "")
        text = own or row.words_in(SOURCE)["text"]
        if text:
            found.append(Clause(row.key, row.section, text, language if own else SOURCE))
    return found


def build(position: Position, clauses: Sequence[Clause], *, language: str) -> Instruction:
    """The whole document in ``language``. Pure: the same words give the same document."""
    by_key = {clause.key: clause for clause in clauses}
    with translation.override(language):
        sections = tuple(
            _section(str(place), section, position, clauses, by_key, language)
            for place, section in enumerate((s for s in ClauseSection if _has_content(s, position, clauses)), start=1)
        )
        lang = "" if position.lang == language else position.lang
        return Instruction(
            language=language,
            heading=_("Job instruction"),
            position=position.values["title"],
            position_lang=lang,
            employer=position.values["employer"],
            fields=(
                Field(_("Employer"), (position.values["employer"] or GAP,)),
                Field(_("Department or team"), (GAP,)),
                Field(_("Approved by"), (GAP,)),
                Field(_("Date and signature"), (GAP,)),
            ),
            sections=sections,
            read=_("I have read and understood this instruction and have received a copy of it."),
            signers=(_("Holder of the position"), _("Immediate superior")),
            captions=(_("Name"), _("Signature"), _("Date")),
            source=position.source,
            fallback=lang,
        )


def _position(text: PostingText | TemplateText, *, source: str, employer: str = "") -> Position:
    return Position(
        title=text.title,
        lang=text.language,
        source=source,
        employer=employer,
        reports_to=text.reports_to,
        duties=tuple(_items(row.get("text") if isinstance(row, dict) else row for row in text.duties)),
        must_haves=tuple(_items(text.must_haves)),
    )


def _items(values: Iterable[Any]) -> list[str]:
    found = [_short(str(value)) for value in values if value and str(value).strip()]
    return [_sentence(value) for value in found[:MOST_ITEMS]]


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(MOST_LETTERS)


def _sentence(text: str) -> str:
    """Numbered sentences end alike, also those that were written as items of a list."""
    return text if text[-1] in ".!?…:;" else f"{text}."


def _has_content(section: ClauseSection, position: Position, clauses: Sequence[Clause]) -> bool:
    own = {ClauseSection.MUST_KNOW: position.must_haves, ClauseSection.DUTIES: position.duties}.get(section, ())
    return bool(own) or any(clause.section == section and clause.key not in LEAD_KEYS for clause in clauses)


def _section(
    number: str, section: ClauseSection, position: Position, clauses: Sequence[Clause], by_key: dict[str, Clause], language: str
) -> Section:
    """Duties: the position's own before the clauses. Must know: the clauses before the position's own requirements."""
    own_lang = "" if position.lang == language else position.lang
    fixed = [
        (_filled(clause.text, position.values), "" if clause.lang == language else clause.lang)
        for clause in clauses
        if clause.section == section and clause.key not in LEAD_KEYS
    ]
    found: list[Paragraph] = []

    def say(key: str) -> None:
        lead = by_key.get(key)
        if lead:
            found.append(Paragraph(_filled(lead.text, position.values), lang="" if lead.lang == language else lead.lang))

    def count(rows: Iterable[tuple[tuple[Part, ...], str]]) -> None:
        done = sum(bool(paragraph.number) for paragraph in found)
        found.extend(Paragraph(parts, f"{number}.{place}", lang) for place, (parts, lang) in enumerate(rows, start=done + 1))

    if fixed or section == ClauseSection.DUTIES:
        say(LEADS.get(section, ""))
    if section == ClauseSection.DUTIES:
        count(((item,), own_lang) for item in position.duties)
    count(fixed)
    if section == ClauseSection.MUST_KNOW and position.must_haves:
        say(REQUIREMENTS)
        count(((item,), own_lang) for item in position.must_haves)
    return Section(section.value, number, str(section.label), tuple(found))


def _filled(text: str, values: dict[str, str]) -> tuple[Part, ...]:
    """``text`` with values in place of placeholders, and a line where there is none. What a value says is not read again."""
    parts: list[Part] = []
    # An aside without anything to say is left out; a line that is meant to be filled in is none.
    said = ASIDE.sub(lambda aside: "" if values.get(aside[1], "x") == "" else aside[0], " ".join(text.split()))
    for place, piece in enumerate(PLACEHOLDER.split(said)):
        part: Part = piece if place % 2 == 0 else values.get(piece.strip()) or GAP
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part:
            parts.append(part)
    return tuple(parts)
