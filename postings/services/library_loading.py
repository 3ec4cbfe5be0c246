"""Taking the shipped library into the database, by key and as often as one likes.

The same content is applied once. A curator's work is never overwritten: where the published version of a
template or bank is a curator's own, changed files become a draft that the curator may publish or drop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from callcenter_jobs.lib.text import search_key
from postings.enums import VersionState
from postings.models import (
    BankVersion,
    InterviewKit,
    InterviewPlan,
    LibraryLoad,
    LibraryScreeningQuestion,
    Question,
    QuestionBank,
    QuestionText,
    Role,
    RoleTemplate,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services import library_facts, library_kits
from postings.services.library import one_at_a_time
from postings.services.library_files import SOURCE, Library, Tree, digest, kits_of
from postings.services.library_offers import offer

NOTE = "From the library that comes with the portal"
ROLE_FIELDS = ("tier", "family", "work_type", "direction", "isco", "soc", "codes_source")
TEXT_FIELDS = ("title", "summary", "duties", "must_haves", "nice_to_haves", "measures", "reports_to", "preview", "call_to_action")


@dataclass(slots=True)
class LoadReport:
    """What changed, in words for the operator. Empty when the database already had everything."""

    published: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.published or self.offered or self.changed)


@transaction.atomic
def load(library: Library) -> LoadReport:
    """Apply ``library``; all of it or nothing. Two that load at once (two machines starting) do so one after the other."""
    one_at_a_time()
    report = LoadReport()
    for key, facts in library.screening.items():
        _kept(library_facts.screening, LibraryScreeningQuestion, f"screening/{key}", library, facts, report)
    # Before the banks: a specialist's bank names its role.
    roles = {key: _role(facts, position) for position, (key, facts) in enumerate(library.roles.items())}
    for position, facts in enumerate(library.banks.values()):
        _bank(library, facts, position, report)
    for key, kit in kits_of(library).items():
        _kept(library_facts.kit, InterviewKit, f"kit/{key}", library, kit, report)
    for key, plan in library.plans.items():
        _kept(library_facts.plan, InterviewPlan, f"plan/{key}", library, plan, report)
    for key, facts in library.roles.items():
        _template(library, roles[key], facts, report)
        for language, titles in library.words("titles", key).items():
            _titles(roles[key], language, titles, report)
    for kind, part in library_facts.PARTS.items():
        for key, facts in part.rows(library).items():
            _kept(part.apply, part.model, f"{kind}/{key}", library, facts, report)
    offered = [name for name in report.offered if "/" in name]
    if offered:
        offer(library, offered)
    return report


def _kept(apply: library_facts.Apply, model: type[Model], name: str, library: Library, facts: Tree, report: LoadReport) -> None:
    """Run ``apply`` unless this content was applied before; what a curator has edited is offered, not overwritten."""
    content_hash = digest([facts, library_facts.words_of(library, name)])
    record, created = LibraryLoad.objects.get_or_create(key=name, defaults={"content_hash": content_hash})
    if not created and record.content_hash == content_hash:
        return
    record.content_hash = content_hash
    record.save()
    # Locked, so that an edit under way is waited for and then seen.
    there = model._default_manager.select_for_update().filter(key=facts["key"]).first()
    if there is not None and getattr(there, "edited_at", None):
        report.offered.append(name)
        return
    apply(library, facts)
    report.changed.append(name)


def _bank(library: Library, facts: Tree, position: int, report: LoadReport) -> None:
    key = facts["key"]
    names = library.words("questions", key, "banks")
    role = Role.objects.filter(key=facts["role"]).first() if facts.get("role") else None
    bank, _created = QuestionBank.objects.update_or_create(
        key=key, defaults={"tier": facts["tier"], "names": names, "position": position, "role": role}
    )
    words = {question["key"]: library.words("questions", question["key"], "questions") for question in facts["questions"]}
    content_hash = digest([facts, words])
    state = _next_state(bank.versions.all(), content_hash, f"bank {key}", report)
    if state is None:
        return
    version = BankVersion.objects.create(bank=bank, content_hash=content_hash, change_note=NOTE, **_numbered(bank.versions.all(), state))
    texts: list[QuestionText] = []
    for row in facts["questions"]:
        question = Question.objects.create(
            version=version, key=row["key"], category=row["category"], is_public=row["is_public"], position=row["position"]
        )
        own = words[row["key"]]
        source_hash = digest(_question_text(question, SOURCE, own[SOURCE], "").content())
        texts += [_question_text(question, language, text, source_hash) for language, text in own.items()]
    QuestionText.objects.bulk_create(texts)
    if state == VersionState.PUBLISHED:
        library_kits.follow(version)  # kits ask the questions of the published version


def _question_text(question: Question, language: str, text: Tree, source_hash: str) -> QuestionText:
    return QuestionText(
        question=question,
        language=language,
        anchors={str(score): anchor for score, anchor in text["anchors"].items()},
        source_hash=source_hash,
        **{name: text.get(name) or "" for name in ("text", "probes", "strong", "weak", "tip")},
    )


def _next_state(versions: Any, content_hash: str, what: str, report: LoadReport) -> VersionState | None:
    """Publish, offer as a draft, or (None) leave alone."""
    known = list(versions)
    if any(version.content_hash == content_hash for version in known):
        return None
    published = next((version for version in known if version.state == VersionState.PUBLISHED), None)
    # A curator may have published what was offered to them, with words of their own in it: that is their version.
    if published is None or (published.content_hash and published.published_by_id is None):
        if published is not None:
            published.state = VersionState.RETIRED
            published.save(update_fields=["state"])
        report.published.append(what)
        return VersionState.PUBLISHED
    if any(version.state in {VersionState.DRAFT, VersionState.IN_REVIEW} for version in known):
        return None
    report.offered.append(what)
    return VersionState.DRAFT


def _numbered(versions: Any, state: VersionState) -> dict[str, Any]:
    last = max((version.number for version in versions), default=0)
    return {"number": last + 1, "state": state, "published_at": timezone.now() if state == VersionState.PUBLISHED else None}


def _role(facts: Tree, position: int) -> Role:
    values = {name: facts.get(name) or "" for name in ROLE_FIELDS}
    role, _created = Role.objects.update_or_create(
        key=facts["key"], defaults={**values, "esco_uri": facts.get("esco_uri") or "", "position": position}
    )
    return role


def _template(library: Library, role: Role, facts: Tree, report: LoadReport) -> None:
    template, _created = RoleTemplate.objects.get_or_create(role=role)
    words = library.words("templates", role.key)
    content_hash = digest([facts, words])
    state = _next_state(template.versions.all(), content_hash, f"template {role.key}", report)
    if state is None:
        return
    version = TemplateVersion.objects.create(
        template=template,
        content_hash=content_hash,
        change_note=NOTE,
        channels=facts["channels"],
        screening_keys=facts["screening"],
        plan_key=facts["plan"],
        bank_key=facts["bank"],
        **{name: facts[name] for name in ("education", "experience_months", "minimum_age", "training_weeks", "response_promise_days")},
        **_numbered(template.versions.all(), state),
    )
    source_hash = digest({name: words[SOURCE][name] for name in TEXT_FIELDS})
    TemplateText.objects.bulk_create(
        TemplateText(version=version, language=language, source_hash=source_hash, **{name: text[name] for name in TEXT_FIELDS})
        for language, text in words.items()
    )


def _titles(role: Role, language: str, titles: Tree, report: LoadReport) -> None:
    """Add what the files name newly and take away what they no longer name; what curators did stays as it is."""
    rows = [{"text": titles["preferred"], "source": "trade"}, *titles["aliases"]]
    name, content_hash = f"titles/{role.key}/{language}", digest(titles)
    record = LibraryLoad.objects.filter(key=name).first() or LibraryLoad(key=name)
    if record.content_hash == content_hash:
        return
    before: dict[str, Any] = record.content or {}
    shipped_before = set(before.get("all", []))
    named = {search_key(row["text"]): row for row in rows}
    has_preferred = role.titles.filter(language=language, is_preferred=True).exists()
    first = search_key(titles["preferred"])
    TitleAlias.objects.bulk_create(
        (
            TitleAlias(
                role=role,
                language=language,
                normalized=normalized,
                text=row["text"],
                source=row["source"],
                is_preferred=normalized == first and not has_preferred,
            )
            for normalized, row in named.items()
            if normalized not in shipped_before
        ),
        ignore_conflicts=True,  # a title that is there already stays as it is
    )
    _prefer(role, language, first, instead_of=before.get("preferred"))
    gone = role.titles.filter(language=language, normalized__in=shipped_before - set(named), is_preferred=False)
    gone.exclude(source="curator").delete()
    record.content_hash, record.content = content_hash, {"preferred": first, "all": sorted(named)}
    record.save()
    report.changed.append(name)


def _prefer(role: Role, language: str, normalized: str, *, instead_of: str | None) -> None:
    """Follow the files in which title is shown, as long as it is the files' own choice that is shown now."""
    titles = role.titles.filter(language=language)
    if normalized == instead_of or not titles.filter(normalized=normalized).exists():
        return
    if titles.filter(is_preferred=True, normalized=instead_of).exclude(source="curator").update(is_preferred=False):
        titles.filter(normalized=normalized).update(is_preferred=True)
