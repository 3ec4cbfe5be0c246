"""The notation in which a language's rules name words, and how it becomes a regular expression.

========== =====================================================================================================
``word``   the whole word, whatever its case; a blank stands for any white space
``stem*``  any letters (or none) in place of the star; also ``*mann`` and ``for*lig``
``(a|b|)`` one of these; an empty one means "or nothing", and ``big (happy|) family`` finds "big family" too
``~name``  one of the endings listed under ``endings: name:`` in the same file
``..``     up to three words in between, within a sentence: ``young .. team``
``@``      a number
``=Word``  in exactly this case
``/…/``    a regular expression on the lower-case text, for what the signs above cannot say
========== =====================================================================================================

Text is folded before it is searched: lower case, ``ё`` as ``е``, curly as straight apostrophe, any hyphen as ``-`` and
every white space as a blank. Folding keeps the length, so places in the folded text are places in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_FOLDS = str.maketrans({"ё": "е", "’": "'", "‘": "'", "ʼ": "'", "‑": "-", "‐": "-", "\u00a0": " ", "\u202f": " ", "\t": " ", "\n": " "})
_EXACT_FOLDS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "‐": "-", "\u00a0": " ", "\u202f": " ", "\t": " ", "\n": " "})
_GAP = r"(?:[ ,]+[\w'/-]+){0,3}[ ,]+"
# Bounded, as the gap is: however long a row of digits somebody types, a pattern looks at each of them a few times.
_NUMBER = r"\d{1,12}(?:[.,]\d{1,12}){0,4}"
_TOKEN = re.compile(r"\s*\.\.\s*|~[a-z_]+|\s+|[*@()|]|[^\s*@()|~]+?(?=\s*\.\.|[\s*@()|~]|$)")
# Stands between the passages of a posting when they are searched together; no pattern crosses it.
SEAM = "\x00"


class PatternError(ValueError):
    """A pattern that cannot be understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. ``core`` is text that every match contains: a quick test before the slow one."""

    source: str
    regex: re.Pattern[str]
    core: str
    is_exact: bool = False

    def spans(self, text: Folded) -> Iterator[tuple[int, int]]:
        where = text.exact if self.is_exact else text.folded
        if self.core and self.core not in where:
            return
        for match in self.regex.finditer(where):
            if match.end() > match.start():
                yield match.span()

    def begins(self, text: str) -> bool:
        """Whether the folded ``text`` starts with the pattern."""
        return self.regex.match(text) is not None


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the two forms that patterns look at. All three have the same length."""

    text: str
    folded: str
    exact: str


def fold(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):
        # A few letters grow when they are made small; they keep their size here, so that places stay right.
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.translate(_FOLDS)


def folded(text: str) -> Folded:
    return Folded(text, fold(text), text.translate(_EXACT_FOLDS))


def compile_pattern(source: str, endings: Mapping[str, Sequence[str]]) -> Pattern:
    """Raises ``PatternError``."""
    if not source or source != source.strip():
        raise PatternError("is empty or has blanks around it")
    if source.startswith("/"):
        if len(source) < 3 or not source.endswith("/"):
            raise PatternError("starts with / and does not end with it")
        return Pattern(source, _compiled(source[1:-1]), "")
    is_exact = source.startswith("=")
    body = source[1:].translate(_EXACT_FOLDS) if is_exact else fold(source)
    if not any(letter.isalnum() or letter == "~" for letter in body):
        raise PatternError("names no word")
    if body.startswith("..") or body.endswith(".."):
        raise PatternError("has .. at its end, where nothing follows to find")
    regex, core = _translated(body, endings)
    return Pattern(source, _compiled(rf"(?<!\w){regex}(?!\w)"), core, is_exact)


def _compiled(regex: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(regex)
    except re.error as error:
        raise PatternError(f"is no regular expression: {error}") from error
    if compiled.match(""):
        raise PatternError("matches nothing at all, and so everywhere")
    return compiled


def _translated(body: str, endings: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    parts: list[str] = []
    core, before, place = "", "", 0
    # For each open group, whether one of its alternatives is empty.
    optional: list[bool] = []
    loosen = False
    while place < len(body):
        found = _TOKEN.match(body, place)
        if found is None:
            raise PatternError(f"cannot be read from {body[place:]!r} on")
        sign, place = found.group(), found.end()
        if sign == "(":
            optional.append(False)
        elif sign in ("|", ")") and not optional:
            raise PatternError("has | outside of brackets" if sign == "|" else "closes a bracket that was not opened")
        elif sign in ("|", ")"):
            optional[-1] = optional[-1] or before in ("(", "|")
        is_word = sign[0] not in " *@()|~" and sign.strip() != ".."
        # "a (b|) c" finds "a c": behind nothing, no blank is needed.
        parts.append(re.escape(sign) if is_word else " *" if loosen and sign.isspace() else _sign(sign, endings))
        core = max(core, sign, key=len) if is_word and not optional else core
        loosen = sign == ")" and optional.pop()
        before = sign
    if optional:
        raise PatternError("opens a bracket that is not closed")
    return "".join(parts), core


def _sign(sign: str, endings: Mapping[str, Sequence[str]]) -> str:
    if sign.strip() == "..":
        return _GAP
    if sign.isspace():
        return " +"
    if sign.startswith("~"):
        if sign[1:] not in endings:
            raise PatternError(f"names the endings {sign}, which are not listed")
        return "(?:" + "|".join(sorted((re.escape(fold(ending)) for ending in endings[sign[1:]]), key=len, reverse=True)) + ")"
    return {"*": r"\w*", "@": _NUMBER, "(": "(?:", ")": ")", "|": "|"}[sign]
