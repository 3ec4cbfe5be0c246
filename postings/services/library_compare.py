"""What an import would do: the library as it is, the library as it would be, and what differs, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from postings.enums import LibraryArea, VersionState
from postings.models import Question
from postings.services import library_schema
from postings.services.library_files import SOURCE, digest
from postings.services.library_reasons import translated
from postings.services.library_shapes import fields_of
from postings.services.library_state import FACT_PARTS, State, current, merged, to_library

Ref = tuple[str, str, str]  # part, key, language ("" for facts)
Problem = dict[str, Any]

AREAS: dict[str, LibraryArea] = {
    "roles": LibraryArea.TEMPLATE,
    "templates": LibraryArea.TEMPLATE,
    "titles": LibraryArea.TITLE,
    "banks": LibraryArea.BANK,
    "questions": LibraryArea.BANK,
    "kits": LibraryArea.KIT,
    "plans": LibraryArea.PLAN,
    "screening": LibraryArea.SCREENING,
    "pay": LibraryArea.PAY,
    "steps": LibraryArea.CAREER,
    "moves": LibraryArea.CAREER,
    "certificates": LibraryArea.CAREER,
    "clauses": LibraryArea.CLAUSE,
}
# How the checks of the files name a part in front of their sentences.
NAMES = {
    "roles": "roles",
    "questions": "banks",
    "screening": "screening",
    "plans": "plans",
    "pay": "pay",
    "certificates": "certificates",
    "career steps": "steps",
    "career moves": "moves",
    "instruction": "clauses",
}
TEXT_NAMES = {"templates": "templates", "titles": "titles", "questions": "questions", "instruction": "clauses"}
SENTENCE = re.compile(r"^(?P<name>[a-z]{2}/[a-z]+|[a-z ]+): (?P<kit>kit )?(?P<key>[^\s:]+):? (?P<reason>.+)$", re.DOTALL)
ROUNDS = 8
# Without which the words of an entry say nothing; templates, titles and questions are checked as the files are.
NEEDED = {"screening": "question", "plans": "name", "kits": "name", "steps": "name"}
# Which facts the words of a part belong to.
OWNERS = {"templates": "roles", "titles": "roles"}


@dataclass(slots=True)
class Outcome:
    """``over`` is what remains to be applied after leaving out what has a problem."""

    base: State
    over: State
    whole: State
    changes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def base_hash(self) -> str:
        # Sorted: what comes out of a stored payload has another order than what was read.
        rows = [
            [change["area"], change["key"], change["language"], [[row["name"], row["before"]] for row in change["fields"]]]
            for change in self.changes
        ]
        return digest(sorted(rows))


def work_out(over: State) -> Outcome:
    """Compare ``over`` with what is published. Entries that cannot be taken become problems, the rest changes."""
    parts = over.parts()
    base = current(parts | ({"pay", "roles"} if parts <= {"pay"} else set(FACT_PARTS) | parts))
    problems: list[Problem] = []
    known = set(_schema(base))
    for _round in range(ROUNDS):
        whole = merged(base, over)
        blamed = _blamed(whole, over, known)
        if not blamed:
            break
        problems += [problem(*ref, " ".join(messages)) for ref, messages in blamed.items()]
        over = without(over, set(blamed))
    else:
        # Entries that keep pulling others down: nothing of what is left has been found good.
        message = _("This depends on other entries that cannot be taken.")
        problems += [problem(*ref, message) for ref in refs_of(over)]
        over = State()
    whole = merged(base, over)
    changes = list(_changes(base, whole, over))
    blocked, same = _drafts(whole, changes)
    if blocked or same:
        message = _("Somebody has a draft of this open. Publish or drop it, then import again.")
        problems += [problem(part, key, "", message) for part, key in sorted(blocked)]
        over = _without_versions(over, whole, {*blocked, *same})
        whole = merged(base, over)
        changes = list(_changes(base, whole, over))
    return Outcome(base, over, whole, changes, problems)


def problem(part: str, key: str, language: str, message: str) -> Problem:
    return {"part": part, "key": key, "language": language, "message": message, "where": "", "line": 0}


def without(state: State, refs: set[Ref]) -> State:
    """Without these entries; a table's bank loses the questions that are named."""
    facts = {name: {key: row for key, row in rows.items() if (name, key, "") not in refs} for name, rows in state.facts.items()}
    words = {
        code: {name: {key: row for key, row in rows.items() if (name, key, code) not in refs} for name, rows in parts.items()}
        for code, parts in state.words.items()
    }
    for key, bank in facts.get("banks", {}).items():
        if bank.get("adds"):
            facts["banks"][key] = {**bank, "questions": [row for row in bank["questions"] if ("questions", row["key"], "") not in refs]}
    return State(facts, words)


def refs_of(state: State) -> Iterator[Ref]:
    for name, rows in state.facts.items():
        yield from ((name, key, "") for key in rows)
    for code, parts in state.words.items():
        for name, rows in parts.items():
            yield from ((name, key, code) for key in rows)


# --- problems -----------------------------------------------------------------------------------


def _schema(state: State) -> list[str]:
    library = to_library(state)
    return library_schema.fact_problems(library) + library_schema.text_problems(library)


def _blamed(whole: State, over: State, known: set[str]) -> dict[Ref, list[str]]:
    """Problems that the library would have and does not have now, by the entry that brings them."""
    found: dict[Ref, list[str]] = {}
    brought = set(refs_of(over))
    for sentence in dict.fromkeys(_schema(whole)):
        if sentence not in known:
            ref, reason = _ref_of(sentence, brought)
            found.setdefault(ref, []).append(translated(reason))
    for ref, reason in _own_problems(whole, over):
        found.setdefault(ref, []).append(reason)
    return found


def _ref_of(sentence: str, brought: set[Ref]) -> tuple[Ref, str]:
    match = SENTENCE.match(sentence)
    if match is None:
        return next(iter(sorted(brought))), sentence
    name, key, reason = match["name"], match["key"], match["reason"]
    if "/" in name:
        language, _slash, file = name.partition("/")
        ref = (TEXT_NAMES.get(file, file), key, language)
    else:
        ref = ("kits" if match["kit"] else NAMES.get(name, name), key, "")
    if ref in brought:
        return ref, reason
    # An entry that was fine until something else came along: blame what came along, by the key the sentence names.
    other = next((item for item in sorted(brought) if item[1] in sentence), None) or next(iter(sorted(brought)))
    return other, sentence


def _own_problems(whole: State, over: State) -> Iterator[tuple[Ref, str]]:
    homes = _question_homes(whole)
    yield from _word_problems(whole, over, homes)
    for part, rows in over.facts.items():
        wordy = "templates" if part == "roles" else part
        for key, row in rows.items():
            if part != "pay" and not row.get("adds") and key not in whole.words_of(SOURCE, wordy):
                yield (part, key, ""), _("The English text is missing: the other languages fall back to it.")
            if part == "banks":
                lacking = [item["key"] for item in row["questions"] if item["key"] not in whole.words_of(SOURCE, "questions")]
                elsewhere = [item["key"] for item in row["questions"] if homes.get(item["key"]) != key]
                if row.get("adds"):
                    message = _("The English text is missing: the other languages fall back to it.")
                    yield from ((("questions", name, ""), message) for name in lacking)
                elif lacking:
                    yield (part, key, ""), _("These questions have no English text: %(keys)s") % {"keys": ", ".join(lacking[:5])}
                if elsewhere:
                    yield (part, key, ""), _("These questions stand in another bank: %(keys)s") % {"keys": ", ".join(elsewhere[:5])}
    yield from _plan_problems(whole, over)
    yield from _move_problems(whole, over)


def _word_problems(whole: State, over: State, homes: dict[str, str]) -> Iterator[tuple[Ref, str]]:
    for code, parts in over.words.items():
        for part, rows in parts.items():
            known = homes if part == "questions" else whole.part(OWNERS.get(part, part))
            for key, words in rows.items():
                if key not in known:
                    yield (part, key, code), _("This key is unknown. Add its facts first, or bring them in the same import.")
                elif code == SOURCE and not words:
                    yield (part, key, code), _("The English text is missing: the other languages fall back to it.")
                elif part in NEEDED and not words.get(NEEDED[part]):
                    yield (part, key, code), _("Fill in: %(names)s") % {"names": NEEDED[part]}


def _plan_problems(whole: State, over: State) -> Iterator[tuple[Ref, str]]:
    for key, plan in over.facts.get("plans", {}).items():
        for stage in plan["stages"]:
            if stage["kit"] and stage["kit"] not in whole.part("kits"):
                yield ("plans", key, ""), _("The interview kit “%(key)s” is unknown.") % {"key": stage["kit"]}
    for code, parts in over.words.items():
        for key, words in parts.get("plans", {}).items():
            there = whole.part("plans").get(key)
            if there and len(there["stages"]) != len(words["stages"]):
                yield (
                    ("plans", key, code),
                    _("The plan has %(plan)d stages, the text names %(text)d.")
                    % {
                        "plan": len(there["stages"]),
                        "text": len(words["stages"]),
                    },
                )
    kits = over.facts.get("kits", {})
    if kits:
        rows = Question.objects.filter(version__state=VersionState.PUBLISHED).values_list("version__bank__key", "key")
        published = set(rows) | set(Question.objects.filter(kit_questions__kit__key__in=kits).values_list("version__bank__key", "key"))
        for key, kit in kits.items():
            lacking = [name for name in kit["questions"] if (kit["bank"], name) not in published]
            if lacking:
                yield (
                    ("kits", key, ""),
                    _("These questions are not published yet: %(keys)s. Publish the bank, then import the kit.")
                    % {"keys": ", ".join(lacking[:5])},
                )


def _move_problems(whole: State, over: State) -> Iterator[tuple[Ref, str]]:
    ends: dict[tuple[str, str], list[str]] = {}
    for key, move in whole.part("moves").items():
        ends.setdefault((move["from"], move["to"]), []).append(key)
    for key, move in over.facts.get("moves", {}).items():
        twins = [name for name in ends[move["from"], move["to"]] if name != key]
        if move["from"] == move["to"]:
            yield ("moves", key, ""), _("A move leads from one role to another one.")
        elif twins:
            yield ("moves", key, ""), _("This move is there already, as “%(key)s”.") % {"key": twins[0]}


def _question_homes(state: State) -> dict[str, str]:
    return {question["key"]: key for key, bank in state.part("banks").items() for question in bank["questions"]}


# --- changes ------------------------------------------------------------------------------------


def _changes(base: State, whole: State, over: State) -> Iterator[dict[str, Any]]:
    homes = _question_homes(whole)
    order = {area: place for place, area in enumerate(LibraryArea.values)}
    found = []
    for part, key, language in refs_of(over):
        words = bool(language)
        old = base.words.get(language, {}).get(part, {}).get(key) if words else base.facts.get(part, {}).get(key)
        new = whole.words[language][part][key] if words else whole.facts[part][key]
        before = fields_of(part, old, words=words) if old else {}
        after = fields_of(part, new, words=words)
        rows = [
            {"name": name, "before": before.get(name, ""), "after": after.get(name, "")}
            for name in dict.fromkeys([*after, *before])
            if before.get(name, "") != after.get(name, "")
        ]
        if rows:
            change = {"area": str(AREAS[part]), "key": thing_key(part, key, homes), "language": language, "part": part}
            found.append({**change, "action": "changed" if old else "created", "fields": rows})
    # Python's sort is stable: within an area, things stay in the order of the file.
    yield from sorted(found, key=lambda change: order[str(change["area"])])


def thing_key(part: str, key: str, homes: dict[str, str]) -> str:
    """The key of the history: a question is named with its bank, a career entry with its kind."""
    if part == "questions":
        return f"{homes.get(key, '')}/{key}"
    return f"{part}/{key}" if AREAS[part] == LibraryArea.CAREER else key


# --- open drafts --------------------------------------------------------------------------------


def _drafts(whole: State, changes: list[dict[str, Any]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Templates and banks that would change although somebody has a draft open: those whose draft says something
    else, and those whose draft says the same already."""
    things = {
        ("roles" if change["part"] in {"roles", "templates"} else "banks", change["key"].split("/")[0])
        for change in changes
        # The names of a bank stand outside its versions.
        if change["part"] in VERSIONED and not (change["part"] == "banks" and change["language"])
    }
    if not things:
        return set(), set()
    drafts = current({"roles", "templates", "banks", "questions"}, drafts=True)
    blocked: set[tuple[str, str]] = set()
    same: set[tuple[str, str]] = set()
    for part, key in things:
        if key in drafts.part(part):
            (same if _version(drafts, part, key) == _version(whole, part, key) else blocked).add((part, key))
    return blocked, same


VERSIONED = {"roles", "templates", "banks", "questions"}


def _version(state: State, part: str, key: str) -> Any:
    """All that a version holds, as text."""
    keys = [question["key"] for question in state.part("banks")[key]["questions"]] if part == "banks" else [key]
    wordy = "questions" if part == "banks" else "templates"
    texts = {
        (code, name): fields_of(wordy, state.words_of(code, wordy)[name], words=True)
        for code, _name in settings.LANGUAGES
        for name in keys
        if name in state.words_of(code, wordy)
    }
    return fields_of(part, state.part(part)[key], words=False), texts


def _without_versions(over: State, whole: State, gone: set[tuple[str, str]]) -> State:
    codes = [code for code, _name in settings.LANGUAGES]
    refs: set[Ref] = set()
    for part, key in gone:
        refs.add((part, key, ""))
        if part == "banks":
            questions = whole.part("banks")[key]["questions"]
            refs |= {("questions", question["key"], code) for question in questions for code in codes}
        else:
            refs |= {("templates", key, code) for code in codes}
    return without(over, refs)
