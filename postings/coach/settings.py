"""The rules that are the same in every language, from ``postings/content/coach.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from postings.coach.kinds import Part, Severity
from postings.coach.rules import CONTENT, CoachError, load_yaml

# Every setting with the type it must have; what is not here is unknown.
SHAPE: dict[str, dict[str, type | tuple[type, ...]]] = {
    "score": {"parts": dict, "costs": dict},
    "title": {"longest": int, "most_pieces": int},
    "summary": {"fewest_sentences": int, "most_sentences": int, "shortest": int, "longest": int},
    "duties": {"fewest": int, "good": int, "most": int, "longest": int},
    "must_haves": {"most": int, "without_nice": int},
    "pay": {"widest_ratio": float, "far_too_wide": float},
    "response_promise": {"longest": int},
    "minimum_age": {"usual": int},
    "template": {"alike": float},
    "gender_marks": {"usual_in": list, "usual_in_language": list},
    "pay_rules": {"in_the_ad": list, "directive": list, "expected": list, "in_parts": list},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """``number("duties", "most")`` and ``codes("pay_rules", "directive")``; the tree has been checked."""

    tree: dict[str, dict[str, Any]]
    parts: dict[Part, int]
    costs: dict[Severity, int]

    def number(self, section: str, name: str) -> float:
        value: float = self.tree[section][name]
        return value

    def codes(self, section: str, name: str) -> frozenset[str]:
        return frozenset(self.tree[section][name])


@cache
def current() -> Settings:
    """Read once per process. Raises ``CoachError``."""
    return read(CONTENT / "coach.yaml")


def read(path: Path) -> Settings:
    """Raises ``CoachError`` with everything that is wrong in the file."""
    tree = load_yaml(path, path.name)
    problems = _shape_problems(path.name, tree)
    if not problems:
        problems = _value_problems(path.name, tree)
    if problems:
        raise CoachError(problems)
    score = tree["score"]
    return Settings(
        tree=tree,
        parts={part: score["parts"][part] for part in Part},
        costs={severity: score["costs"][severity] for severity in Severity},
    )


def _shape_problems(where: str, tree: Any) -> list[str]:
    if not isinstance(tree, dict):
        return [f"{where}: must be a mapping with {', '.join(SHAPE)}"]
    problems = [f"{where}: {name!r} is unknown" for name in tree if name not in SHAPE]
    for section, wanted in SHAPE.items():
        given = tree.get(section)
        if not isinstance(given, dict):
            problems.append(f"{where}: {section} is missing or not a mapping")
            continue
        problems += [f"{where}: {section}: {name!r} is unknown" for name in given if name not in wanted]
        for name, kind in wanted.items():
            value = given.get(name)
            fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
            if not fits or isinstance(value, bool):
                problems.append(f"{where}: {section}: {name} must be a {getattr(kind, '__name__', kind)}, not {value!r}")
    return problems


def _value_problems(where: str, tree: dict[str, Any]) -> list[str]:
    problems = []
    for name, keys in (("parts", list(Part)), ("costs", list(Severity))):
        given = tree["score"][name]
        if set(given) != {str(key) for key in keys} or not all(isinstance(value, int) and value > 0 for value in given.values()):
            problems.append(f"{where}: score: {name} must give a whole number above 0 to each of {', '.join(keys)}")
        elif name == "parts" and sum(given.values()) != 100:
            problems.append(f"{where}: score: the parts add up to {sum(given.values())}, not 100")
    for section, names in (("gender_marks", ["usual_in"]), ("pay_rules", ["in_the_ad", "directive", "expected", "in_parts"])):
        for name in names:
            bad = [code for code in tree[section][name] if not (isinstance(code, str) and len(code) == 2 and code.isupper())]
            if bad:
                problems.append(f'{where}: {section}: {name}: {bad[0]!r} is no country code of two capitals (quote "NO")')
    rules = tree["pay_rules"]
    listed = [code for name in rules for code in rules[name]]
    problems += [f"{where}: pay_rules: {code} stands twice" for code in sorted({str(code) for code in listed if listed.count(code) > 1})]
    return problems
