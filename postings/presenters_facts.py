"""How the workshop shows pay figures, history events, imports and found things: labels, links, differences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db.models import Model, TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib import locale_names
from callcenter_jobs.lib.money import money
from callcenter_jobs.ui.charts import Bar, BarChart
from postings.enums import (
    Channel,
    ClauseSection,
    Direction,
    Education,
    Industry,
    LibraryArea,
    LibraryRole,
    PayMeasure,
    PayPeriod,
    QuestionCategory,
    RoleFamily,
    Tier,
    VersionState,
    WorkType,
)
from postings.models import Certificate, LibraryEvent, PayFigure, QuestionText, Role, TemplateText, TemplateVersion
from postings.services.library_words import LABELS

MOST_FIELDS = 14
MOST_LETTERS = 1500
SHORT = 60


def _extra_labels() -> dict[str, str]:
    return {
        **{name: str(label) for name, label in LABELS.items()},
        "preferred": _("Preferred title"),
        "aliases": _("Other titles"),
        "questions": _("Questions"),
        "stages": _("Stages"),
        "minutes": _("Minutes planned"),
        "intro": _("Introduction"),
        "options": _("Answers"),
        "expected": _("Accepted answers"),
        "min": _("Least number accepted"),
        "months": _("Months"),
        "roles": _("Roles"),
        "role": _("Role"),
        "bank": _("Question bank"),
        "plan": _("Interview plan"),
        "screening": _("Screening questions"),
        "file": _("File"),
        # What the history notes of a version, an import and a member.
        "version": _("Version"),
        "from": _("From"),
        "to": _("To"),
        "note": _("Note"),
        "state": _("State"),
        "up_to_date": _("Up to date"),
        "languages": _("Languages"),
        "kits": _("Interview kits"),
        "place": _("Place"),
        "made": _("Changes"),
        "left_out": _("Left out"),
        "kind": _("Kind"),
        "section": _("Section"),
        "tiers": _("Tiers"),
        "families": _("Role families"),
        "key": _("Key"),
    }


# Fields that hold a code of one of these lists, alone or one to a line.
_CODES: dict[str, type[TextChoices]] = {
    "tier": Tier,
    "tiers": Tier,
    "family": RoleFamily,
    "families": RoleFamily,
    "work_type": WorkType,
    "direction": Direction,
    "education": Education,
    "channels": Channel,
    "industry": Industry,
    "period": PayPeriod,
    "measure": PayMeasure,
    "section": ClauseSection,
    "category": QuestionCategory,
    "state": VersionState,
    # A member's role; the role of a pay figure or bank is a key.
    "role": LibraryRole,
}
_MARKS = frozenset({"is_public", "is_knockout", "is_converted", "is_active", "up_to_date"})


def value_label(name: str, text: str) -> str:
    """What the reader calls a stored code; everything else is shown as it is."""
    if name in _MARKS:
        return {"yes": _("Yes"), "no": _("No")}.get(text, text)
    if name == "languages":
        here = get_language() or "en"
        return ", ".join(locale_names.language_name(code, here) for code in text.splitlines())
    if name not in _CODES:
        return text
    labels = {str(code): str(label) for code, label in _CODES[name].choices}
    return "\n".join(labels.get(line, line) for line in text.splitlines())


_MODELS: tuple[type[Model], ...] = (PayFigure, TemplateText, TemplateVersion, QuestionText, Role, Certificate)


def field_label(name: str) -> str:
    """What the reader calls a field; a name that no part knows is shown as it is."""
    extra = _extra_labels()
    if name in extra:
        return extra[name]
    for model in _MODELS:
        for column in model._meta.concrete_fields:
            if column.name == name and name not in {"id", "key", "position", "state"}:
                label = str(column.verbose_name)
                return label[:1].upper() + label[1:]
    return name.replace("_", " ").replace("-", " ")


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        return len(self.after) > SHORT

    @property
    def is_word(self) -> bool:
        """A code or an amount is replaced as a whole: a diff within it would show halves of numbers."""
        return not re.search(r"\s", self.before + self.after)


def differences(rows: Iterable[dict[str, str]]) -> list[Difference]:
    """Rows of ``{"name", "before", "after"}`` with labels, shortened for a list."""
    return [
        Difference(
            field_label(row["name"]),
            _short(value_label(row["name"], row["before"])),
            _short(value_label(row["name"], row["after"])),
        )
        for row in islice(rows, MOST_FIELDS)
    ]


def of_event(event: LibraryEvent) -> list[Difference]:
    """What an event changed: fields where it has fields, one text where it has one."""
    before, after = event.detail.get("before"), event.detail.get("after")
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = (part if isinstance(part, dict) else {} for part in (before, after))
        names = [name for name in dict.fromkeys([*new, *old]) if _text(old.get(name)) != _text(new.get(name))]
        return differences({"name": name, "before": _text(old.get(name)), "after": _text(new.get(name))} for name in names)
    if _text(before) == _text(after):
        return []
    return [Difference("", _short(_text(before)), _short(_text(after)))]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_text(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "\n".join(", ".join(map(_text, part.values())) if isinstance(part, dict) else _text(part) for part in value)
    return str(value)


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


def href_of(area: str, key: str, language: str = "") -> str:
    """Where a thing is edited, or nothing when there is no such page (any more)."""
    code = language or "en"
    first, _slash, rest = key.partition("/")
    targets: dict[str, tuple[str, list[str]]] = {
        LibraryArea.TEMPLATE: ("curate:template", [key]),
        LibraryArea.TITLE: ("curate:titles", [first, code]),
        LibraryArea.BANK: ("curate:bank", [first]),
        LibraryArea.KIT: ("curate:kit", [key]),
        LibraryArea.PLAN: ("curate:words", ["plans", key, code]),
        LibraryArea.SCREENING: ("curate:words", ["screening", key, code]),
        LibraryArea.PAY: ("curate:pay_figure", [key]),
        LibraryArea.CAREER: ("curate:words", [first, rest, code]) if rest else ("curate:words_list", []),
        LibraryArea.CLAUSE: ("curate:words", ["clauses", key, code]),
        LibraryArea.IMPORT: ("curate:import", [key]),
        LibraryArea.MEMBER: ("curate:people", []),
    }
    if area not in targets:
        return ""
    name, arguments = targets[area]
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


# --- pay --------------------------------------------------------------------------------------------


def amount_of(figure: PayFigure) -> str:
    return money(figure.amount, figure.currency, get_language() or "en")


def pay_charts(figures: Sequence[PayFigure]) -> list[BarChart]:
    """What is listed, drawn: one chart per country, currency and period, a bar per figure."""
    ordered = sorted(figures, key=_group)
    return [_pay_chart(list(rows)) for _key, rows in groupby(ordered, key=_group)]


def _group(figure: PayFigure) -> tuple[str, str, str]:
    return figure.country, figure.currency, figure.period


def _pay_chart(figures: list[PayFigure]) -> BarChart:
    first = figures[0]
    names = {"country": locale_names.country_name(first.country, get_language() or "en"), "period": PayPeriod(first.period).label}
    bars = [
        Bar(
            label=str(figure.role.title_in() if figure.role else figure.get_tier_display()),
            value=figure.amount,
            shown=amount_of(figure),
            note=" · ".join(filter(None, [str(figure.get_measure_display()), str(figure.year or ""), str(figure.get_industry_display())])),
            href=reverse("curate:pay_figure", args=[figure.key]),
        )
        for figure in figures
    ]
    return BarChart(_("%(country)s, %(period)s") % names, bars, _("Role"), _("Amount"))
