"""Taking the shipped library into the database, by key and as often as one likes.

The same content is applied once. A curator's work is never overwritten: where the published version of a
template or bank is a curator's own, changed files become a draft that the curator may publish or drop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from callcenter_jobs.lib.text import search_key
from postings.enums import StageKind, VersionState
from postings.models import (
    BankVersion,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryLoad,
    LibraryScreeningQuestion,
    Question,
    QuestionBank,
    QuestionText,
    Role,
    RoleTemplate,
    Stage,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services.library_files import Library, Tree, digest, kits_of

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
    """Apply ``library``; all of it or nothing."""
    report = LoadReport()
    for key, facts in library.screening.items():
        _once(f"screening/{key}", [facts, _texts(library, "screening", key)], report, lambda f=facts: _screening(library, f))
    for position, facts in enumerate(library.banks.values()):
        _bank(library, facts, position, report)
    for key, kit in kits_of(library).items():
        _once(f"kit/{key}", [kit, _texts(library, "kits", key)], report, lambda k=kit: _kit(library, k))
    for key, plan in library.plans.items():
        _once(f"plan/{key}", [plan, _texts(library, "plans", key)], report, lambda p=plan: _plan(library, p))
    for position, (key, facts) in enumerate(library.roles.items()):
        role = _role(facts, position)
        _template(library, role, facts, report)
        for language in library.languages:
            titles = library.texts[language]["titles"][key]
            _once(f"titles/{key}/{language}", titles, report, lambda r=role, lang=language, t=titles: _titles(r, lang, t))
    return report


def _texts(library: Library, name: str, key: str) -> dict[str, Tree]:
    return {language: files[name][key] for language, files in library.texts.items()}


def _once(key: str, content: Any, report: LoadReport, apply: Any) -> None:
    """Run ``apply`` unless this content of ``key`` was applied before."""
    content_hash = digest(content)
    record, created = LibraryLoad.objects.get_or_create(key=key, defaults={"content_hash": content_hash})
    if created or record.content_hash != content_hash:
        apply()
        record.content_hash = content_hash
        record.save()
        report.changed.append(key)


def _screening(library: Library, facts: Tree) -> None:
    accepted = [str(value) for value in facts["expected"] or []]
    if facts.get("min") is not None:
        accepted = [str(facts["min"])]
    LibraryScreeningQuestion.objects.update_or_create(
        key=facts["key"],
        defaults={
            "kind": facts["kind"],
            "options": [str(option) for option in facts["options"] or []],
            "accepted": accepted,
            "is_knockout": facts["is_knockout"],
            "position": list(library.screening).index(facts["key"]),
            "texts": {
                language: {"question": text["question"], "help": text.get("help") or "", "options": text.get("options") or {}}
                for language, text in _texts(library, "screening", facts["key"]).items()
            },
        },
    )


def _bank(library: Library, facts: Tree, position: int, report: LoadReport) -> None:
    key = facts["key"]
    names = {language: files["questions"]["banks"][key] for language, files in library.texts.items()}
    role = Role.objects.filter(key=facts["role"]).first() if facts.get("role") else None
    bank, _created = QuestionBank.objects.update_or_create(
        key=key, defaults={"tier": facts["tier"], "names": names, "position": position, "role": role}
    )
    words = {
        language: {question["key"]: files["questions"]["questions"][question["key"]] for question in facts["questions"]}
        for language, files in library.texts.items()
    }
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
        source_hash = digest(_question_text(question, "en", words["en"][row["key"]], "").content())
        texts += [_question_text(question, language, words[language][row["key"]], source_hash) for language in library.languages]
    QuestionText.objects.bulk_create(texts)


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
    if published is None or published.content_hash:
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


def _kit(library: Library, facts: Tree) -> None:
    texts = _texts(library, "kits", facts["key"])
    kit, _created = InterviewKit.objects.update_or_create(
        key=facts["key"],
        defaults={
            "minutes": facts["minutes"],
            "names": {language: text["name"] for language, text in texts.items()},
            "intros": {language: text["intro"] for language, text in texts.items()},
        },
    )
    published = BankVersion.objects.get(bank__key=facts["bank"], state=VersionState.PUBLISHED)
    questions = {question.key: question for question in published.questions.all()}
    kit.kit_questions.all().delete()
    KitQuestion.objects.bulk_create(
        KitQuestion(kit=kit, question=questions[key], position=position)
        for position, key in enumerate(facts["questions"])
        if key in questions  # a curator may have removed it from the published bank
    )


def _plan(library: Library, facts: Tree) -> None:
    texts = _texts(library, "plans", facts["key"])
    plan, _created = InterviewPlan.objects.update_or_create(
        key=facts["key"],
        defaults={
            "names": {language: text["name"] for language, text in texts.items()},
            "descriptions": {language: text["description"] for language, text in texts.items()},
        },
    )
    plan.stages.all().delete()  # nothing hires through a library plan: postings work on copies
    kits = {kit.key: kit for kit in InterviewKit.objects.filter(key__in=[s["kit"]["key"] for s in facts["stages"] if s.get("kit")])}
    for position, stage in enumerate(facts["stages"]):
        Stage.objects.create(
            plan=plan,
            kind=StageKind(stage["kind"]),
            position=position,
            kit=kits[stage["kit"]["key"]] if stage.get("kit") else None,
            names={language: text["stages"][stage["key"]] for language, text in texts.items()},
        )


def _role(facts: Tree, position: int) -> Role:
    values = {name: facts.get(name) or "" for name in ROLE_FIELDS}
    role, _created = Role.objects.update_or_create(
        key=facts["key"], defaults={**values, "esco_uri": facts.get("esco_uri") or "", "position": position}
    )
    return role


def _template(library: Library, role: Role, facts: Tree, report: LoadReport) -> None:
    template, _created = RoleTemplate.objects.get_or_create(role=role)
    words = _texts(library, "templates", role.key)
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
    source_hash = digest({name: words["en"][name] for name in TEXT_FIELDS})
    TemplateText.objects.bulk_create(
        TemplateText(version=version, language=language, source_hash=source_hash, **{name: text[name] for name in TEXT_FIELDS})
        for language, text in words.items()
    )


def _titles(role: Role, language: str, titles: Tree) -> None:
    rows = [{"text": titles["preferred"], "source": "trade"}, *titles["aliases"]]
    has_preferred = TitleAlias.objects.filter(role=role, language=language, is_preferred=True).exists()
    TitleAlias.objects.bulk_create(
        (
            TitleAlias(
                role=role,
                language=language,
                normalized=search_key(row["text"]),
                text=row["text"],
                source=row["source"],
                is_preferred=place == 0 and not has_preferred,
            )
            for place, row in enumerate(rows)
        ),
        ignore_conflicts=True,  # a title that is there already stays as it is
    )
