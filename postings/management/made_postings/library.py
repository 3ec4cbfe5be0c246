"""The role library as pieces that a posting's words are put together from, ready for COPY.

A piece of JSON is written once and used in many rows, so pieces are kept escaped: COPY wants every backslash doubled.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from postings.enums import VersionState
from postings.models import LibraryScreeningQuestion, Role, TemplateText

# Of a role's sentences this many different mixes are made; which of them two postings share is chance.
MIXES = 48
# How often a kind of work is advertised, by tier and place within the tier.
TIER_WEIGHT = {"agent": 100.0, "team_lead": 11.0, "manager": 6.0, "director": 2.5}
QUESTIONS = ("right-to-work", "minimum-age", "earliest-start")


def escaped(text: str) -> str:
    """``text`` as a value of PostgreSQL's COPY text format."""
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def piece(value: Any) -> str:
    """A JSON value as a COPY value."""
    return escaped(json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Words:
    """A role in one language. ``titles`` starts with the preferred one."""

    titles: list[str]
    sentences: list[str]
    duties: list[str]
    must_haves: list[str]
    nice_to_haves: list[str]
    measures: list[str]
    previews: list[str]
    reports_to: str
    call_to_action: str


@dataclass(frozen=True, slots=True)
class RoleKind:
    pk: int
    tier: str
    work_type: str
    direction: str
    channels: list[str]
    training_weeks: int
    experience_months: int
    education: str
    promise_days: int
    version: int
    weight: float
    words: dict[str, Words]


@dataclass(frozen=True, slots=True)
class Question:
    """``columns`` are kind, texts, options, accepted and is_knockout; ``shown`` is its part of a revision."""

    key: str
    columns: str
    shown: str


def _mixes(dice: random.Random, items: list[Any], low: int, high: int, copies: int = MIXES) -> list[str]:
    """JSON lists of ``low`` to ``high`` of the items in their order."""
    mixes = []
    for _ in range(copies):
        size = min(len(items), dice.randint(low, high))
        chosen = sorted(dice.sample(range(len(items)), size))
        mixes.append(piece([items[place] for place in chosen]))
    return mixes


def _sentences(text: str) -> list[str]:
    return [f"{part.strip().rstrip('.')}." for part in text.split(". ") if part.strip()]


def _words(text: TemplateText, aliases: list[str], dice: random.Random) -> Words:
    duties = [{"text": duty["text"], "share": None} for duty in text.duties]
    previews = [
        {name: text.preview.get(name, "") for name in names} for names in (("contacts",), ("contacts", "good"), ("contacts", "hard"))
    ]
    return Words(
        titles=[escaped(title) for title in [text.title, *(alias for alias in aliases if alias != text.title)]],
        sentences=[escaped(sentence) for sentence in _sentences(text.summary)],
        duties=_mixes(dice, duties, 3, 5),
        must_haves=_mixes(dice, text.must_haves, 2, 4),
        nice_to_haves=_mixes(dice, text.nice_to_haves, 1, 2),
        measures=_mixes(dice, text.measures, 1, 2),
        previews=[piece(preview) for preview in previews],
        reports_to=escaped(text.reports_to),
        call_to_action=escaped(text.call_to_action),
    )


def role_kinds(*, seed: int) -> list[RoleKind]:
    """Every active role with a published template; one without words in a language is not advertised in it."""
    dice = random.Random(f"{seed}/library")
    kinds: list[RoleKind] = []
    places: dict[str, int] = {}
    for role in Role.objects.filter(is_active=True).select_related("template").prefetch_related("titles").order_by("position", "key"):
        version = role.template.versions.filter(state=VersionState.PUBLISHED).first() if hasattr(role, "template") else None
        if version is None:
            continue
        texts = {text.language: text for text in version.texts.all()}
        words = {}
        for language, _name in settings.LANGUAGES:
            if language in texts and texts[language].title:
                aliases = [alias.text[:1].upper() + alias.text[1:] for alias in role.titles.all() if alias.language == language]
                words[language] = _words(texts[language], sorted(aliases), dice)
        places[role.tier] = places.get(role.tier, 0) + 1
        kinds.append(
            RoleKind(
                pk=role.pk,
                tier=role.tier,
                work_type=role.work_type,
                direction=role.direction,
                channels=list(version.channels) or ["voice"],
                training_weeks=version.training_weeks,
                experience_months=version.experience_months,
                education=version.education,
                promise_days=version.response_promise_days,
                version=version.pk,
                weight=TIER_WEIGHT[role.tier] / places[role.tier] ** 0.7,
                words=words,
            )
        )
    return [kind for kind in kinds if len(kind.words) == len(settings.LANGUAGES)]


def questions() -> list[Question]:
    """A few screening questions of the library, as a posting's own copies hold them."""
    found = []
    for item in LibraryScreeningQuestion.objects.filter(key__in=QUESTIONS).order_by("position", "key"):
        texts = piece(item.texts)
        columns = "\t".join((item.kind, texts, piece(item.options), piece(item.accepted), "t" if item.is_knockout else "f"))
        found.append(Question(item.key, columns, f'{{"kind": "{item.kind}", "texts": {texts}}}'))
    return found
