"""Writing what an import brings. Called inside its transaction, after the comparison; draws no conclusions of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Model
from django.utils import timezone

from callcenter_jobs.lib.text import search_key
from postings.models import (
    BankVersion,
    CareerMove,
    CareerStep,
    Certificate,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryScreeningQuestion,
    PayFigure,
    Question,
    QuestionBank,
    QuestionText,
    Role,
    RoleTemplate,
    TemplateText,
    TitleAlias,
)
from postings.services import library_banks, library_facts, library_templates
from postings.services.library import SOURCE, one_at_a_time
from postings.services.library_compare import Outcome
from postings.services.library_files import Library, Tree, digest
from postings.services.library_state import DEFAULT_FIELDS, PAY_TEXTS, ROLE_FIELDS, State, to_library

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

BATCH = 2000
LAST_PLACE = 32767


# In the order in which everybody locks: a template or bank before what hangs on it.
LOCKED: tuple[tuple[tuple[str, ...], type[Model], str], ...] = (
    (("roles", "templates", "titles"), Role, "key"),
    (("roles", "templates"), RoleTemplate, "role__key"),
    (("banks", "questions", "kits"), QuestionBank, "key"),
    (("kits",), InterviewKit, "key"),
    (("plans",), InterviewPlan, "key"),
    (("screening",), LibraryScreeningQuestion, "key"),
    (("pay",), PayFigure, "key"),
    (("steps",), CareerStep, "key"),
    (("moves",), CareerMove, "key"),
    (("certificates",), Certificate, "key"),
    (("clauses",), InstructionClause, "key"),
)


def lock(over: State) -> None:
    """Keep what ``over`` names from changing until the transaction ends; before comparing, or a curator's save in
    between would be written over. Questions do not say their bank: with them all banks are locked."""
    one_at_a_time()
    for parts, model, column in LOCKED:
        keys = {key for part in parts for rows in (over.facts.get(part, {}), *_rows(over, part)) for key in rows}
        if not keys:
            continue
        rows = model._default_manager.order_by("pk").select_for_update(of=("self",))
        if model is not QuestionBank:
            rows = rows.filter(**{f"{column}__in": keys})
        list(rows.values_list("pk", flat=True))


def _rows(over: State, part: str) -> list[dict[str, Any]]:
    return [parts[part] for parts in over.words.values() if part in parts]


def write(outcome: Outcome, *, by: User) -> None:
    """Everything that ``outcome.changes`` names: drafts of templates and banks, the rest in place."""
    whole, touched = outcome.whole, _touched(outcome)
    library = to_library(whole)
    _facts(library, touched, {"screening": LibraryScreeningQuestion}, by=by)
    for key in touched.get("banks", []):
        _bank(whole, key, touched, by=by)
    for key in touched.get("kits", []):
        _kit(whole, key)
    _facts(library, touched, {"plans": InterviewPlan}, by=by)
    for key in touched.get("roles", []):
        _role(whole, key, by=by)
    _titles(whole, {(change["key"], change["language"]) for change in outcome.changes if change["part"] == "titles"})
    _pay([whole.part("pay")[key] for key in touched.get("pay", [])], by=by)
    kinds: dict[str, type[Model]] = {"steps": CareerStep, "moves": CareerMove, "certificates": Certificate, "clauses": InstructionClause}
    _facts(library, touched, kinds, by=by)


def _touched(outcome: Outcome) -> dict[str, list[str]]:
    """Part → keys with a change, words counted with their facts; in the order of the changes."""
    owners = {"templates": "roles", "questions": "banks"}
    found: dict[str, dict[str, None]] = {}
    for change in outcome.changes:
        part, key = owners.get(change["part"], change["part"]), change["key"]
        key = key.split("/")[0] if part == "banks" else key.split("/")[-1]
        found.setdefault(part, {})[key] = None
    # Plans name kits, and moves name roles: the order of the file is kept among the rows of a part.
    return {part: list(keys) for part, keys in found.items()}


def _facts(library: Library, touched: dict[str, list[str]], models: dict[str, type[Model]], *, by: User) -> None:
    """Rows that are written by the loader's own functions, and marked as edited by a curator."""
    writers = {
        "screening": (library.screening, library_facts.screening),
        "plans": (library.plans, library_facts.plan),
        "steps": (library.steps, library_facts.step),
        "moves": (library.moves, library_facts.move),
        "certificates": (library.certificates, library_facts.certificate),
        "clauses": (library.clauses, library_facts.clause),
    }
    for part, model in models.items():
        rows, apply = writers[part]
        for key in touched.get(part, []):
            apply(library, rows[key])
        mark: dict[str, Any] = {"edited_at": timezone.now()}
        if any(field.name == "edited_by" for field in model._meta.get_fields()):
            mark["edited_by"] = by
        model._default_manager.filter(key__in=touched.get(part, [])).update(**mark)


# --- templates ------------------------------------------------------------------------------------


def _role(whole: State, key: str, *, by: User) -> None:
    facts = whole.part("roles")[key]
    last = Role.objects.aggregate(last=Max("position"))["last"] or 0
    values = {name: facts[name] for name in ROLE_FIELDS}
    role, _created = Role.objects.update_or_create(
        key=key, defaults=values, create_defaults={**values, "position": min(last + 1, LAST_PLACE)}
    )
    template, _created = RoleTemplate.objects.get_or_create(role=role)
    published = library_templates.published_version(template)
    words = {code: parts["templates"][key] for code, parts in whole.words.items() if key in parts.get("templates", {})}
    defaults = {"channels": facts["channels"], **{name: facts[name] for name in DEFAULT_FIELDS}}
    defaults |= {"screening_keys": facts["screening"], "plan_key": facts["plan"], "bank_key": facts["bank"]}
    texts = {text.language: text for text in published.texts.all()} if published else {}
    same = published and all(getattr(published, name) == value for name, value in defaults.items())
    if same and all(code in texts and _same_words(texts[code], content) for code, content in words.items()):
        return  # only the role's own facts changed; they stand outside the versions
    draft = library_templates.start_template_draft(template, by=by)
    for name, value in defaults.items():
        setattr(draft, name, value)
    draft.save()
    there = {text.language: text for text in draft.texts.all()}
    source = digest(_full_words(words[SOURCE]))
    for code, content in words.items():
        text = there.get(code) or TemplateText(version=draft, language=code)
        if text.pk is None or not _same_words(text, content):
            for name, value in _full_words(content).items():
                setattr(text, name, value)
            text.updated_by, text.source_hash = by, source
            text.save()


def _full_words(content: Tree) -> Tree:
    blank = TemplateText()
    return {name: content.get(name) or getattr(blank, name) for name in (*TemplateText.REQUIRED, "reports_to")}


def _same_words(text: TemplateText, content: Tree) -> bool:
    return text.content() == _full_words(content)


# --- question banks ---------------------------------------------------------------------------------


def _bank(whole: State, key: str, touched: dict[str, list[str]], *, by: User) -> None:
    facts = whole.part("banks")[key]
    names = {code: parts["banks"][key] for code, parts in whole.words.items() if parts.get("banks", {}).get(key)}
    values = {"tier": facts["tier"], "role": Role.objects.filter(key=facts["role"]).first() if facts["role"] else None, "names": names}
    last = QuestionBank.objects.aggregate(last=Max("position"))["last"] or 0
    bank, _created = QuestionBank.objects.update_or_create(
        key=key, defaults=values, create_defaults={**values, "position": min(last + 1, LAST_PLACE)}
    )
    wanted = {row["key"]: (place, row) for place, row in enumerate(facts["questions"], 1)}
    published = library_banks.published_bank(bank)
    if published and _same_bank(published, wanted, whole):
        return
    draft = library_banks.start_bank_draft(bank, by=by)
    there = {question.key: question for question in draft.questions.all()}
    draft.questions.exclude(key__in=wanted).delete()
    for name, (place, row) in wanted.items():
        question = there.get(name) or Question(version=draft, key=name)
        question.category, question.is_public, question.position = row["category"], bool(row.get("is_public")), place
        question.save()
        _question_texts(question, _question_words(whole, name), by=by)


def _question_words(whole: State, key: str) -> dict[str, Tree]:
    """The words of a question in each language, with every field."""
    found = {}
    for code, parts in whole.words.items():
        words = parts.get("questions", {}).get(key)
        if words:
            anchors = {str(score): text for score, text in (words.get("anchors") or {}).items() if text}
            found[code] = {**{name: words.get(name) or "" for name in (*QuestionText.REQUIRED, "tip")}, "anchors": anchors}
    return found


def _same_bank(version: BankVersion, wanted: dict[str, tuple[int, Tree]], whole: State) -> bool:
    questions = list(version.questions.all())
    if [question.key for question in questions] != list(wanted):
        return False
    for question in questions:
        row = wanted[question.key][1]
        if (question.category, question.is_public) != (row["category"], bool(row.get("is_public"))):
            return False
        if {text.language: text.content() for text in question.texts.all()} != _question_words(whole, question.key):
            return False
    return True


def _question_texts(question: Question, words: dict[str, Tree], *, by: User) -> None:
    there = {text.language: text for text in question.texts.all()}
    source = digest(words[SOURCE])
    for code, content in words.items():
        text = there.get(code) or QuestionText(question=question, language=code)
        if text.pk is None or text.content() != content:
            for name, value in content.items():
                setattr(text, name, value)
            text.updated_by, text.source_hash = by, source
            text.save()


# --- kits, titles, pay ------------------------------------------------------------------------------


def _kit(whole: State, key: str) -> None:
    facts = whole.part("kits")[key]
    texts = {code: parts["kits"][key] for code, parts in whole.words.items() if key in parts.get("kits", {})}
    names = {code: words.get("name") or "" for code, words in texts.items()}
    intros = {code: words.get("intro") or "" for code, words in texts.items()}
    values = {"minutes": facts["minutes"] or 45, "names": names, "intros": intros, "edited_at": timezone.now()}
    kit, _created = InterviewKit.objects.filter(employer=None).update_or_create(key=key, defaults=values)
    known = {row.question.key: row.question for row in kit.kit_questions.select_related("question")}
    published = Question.objects.filter(version__bank__key=facts["bank"], version__state="published", key__in=facts["questions"])
    questions = {question.key: question for question in published}
    # A question that is not published stays in the kit as it was; publishing the bank may have taken it out meanwhile.
    asked = (questions.get(name) or known.get(name) for name in facts["questions"])
    chosen = [question for question in asked if question is not None]
    kit.kit_questions.all().delete()
    KitQuestion.objects.bulk_create(KitQuestion(kit=kit, question=question, position=place) for place, question in enumerate(chosen))


def _titles(whole: State, changed: set[tuple[str, str]]) -> None:
    roles = {role.key: role for role in Role.objects.filter(key__in={key for key, _code in changed})}
    new: list[TitleAlias] = []
    for key, code in sorted(changed):
        titles, role = whole.words[code]["titles"][key], roles[key]
        first = search_key(titles["preferred"])
        rows = {search_key(row["text"]): row for row in titles["aliases"]} | {first: {"text": titles["preferred"], "source": ""}}
        there = {title.normalized: title for title in TitleAlias.objects.select_for_update().filter(role=role, language=code)}
        TitleAlias.objects.filter(pk__in=[title.pk for name, title in there.items() if name not in rows]).delete()
        # One preferred title per language: the old one steps back before the new one steps forward.
        TitleAlias.objects.filter(role=role, language=code, is_preferred=True).exclude(normalized=first).update(is_preferred=False)
        for name, row in rows.items():
            title = there.get(name)
            values = {"text": row["text"], "source": row["source"] or (title.source if title else "trade"), "is_preferred": name == first}
            if title is None:
                new.append(TitleAlias(role=role, language=code, normalized=name, **values))
            elif any(getattr(title, field) != value for field, value in values.items()):
                TitleAlias.objects.filter(pk=title.pk).update(**values)
    TitleAlias.objects.bulk_create(new, batch_size=BATCH)


def _pay(entries: list[Tree], *, by: User) -> None:
    """Many figures in few statements: new ones are added after the last, known ones replaced by key."""
    if not entries:
        return
    now, roles = timezone.now(), dict(Role.objects.values_list("key", "pk"))
    places = dict(PayFigure.objects.select_for_update().values_list("key", "position"))
    last = max(places.values(), default=-1)
    figures = []
    for entry in entries:
        if entry["key"] not in places:
            last = places[entry["key"]] = min(last + 1, LAST_PLACE)
        figures.append(
            PayFigure(
                key=entry["key"],
                position=places[entry["key"]],
                role_id=roles[entry["role"]] if entry.get("role") else None,
                amount=Decimal(entry["amount"]),
                year=entry.get("year"),
                is_converted=bool(entry.get("is_converted")),
                is_active=entry.get("is_active") is not False,
                edited_at=now,
                edited_by=by,
                **{name: entry.get(name) or "" for name in PAY_TEXTS},
            )
        )
    columns = ["role", "amount", "year", "is_converted", "is_active", "edited_at", "edited_by", *PAY_TEXTS]
    PayFigure.objects.bulk_create(figures, batch_size=BATCH, update_conflicts=True, unique_fields=["key"], update_fields=columns)
