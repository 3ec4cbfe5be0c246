"""PostgreSQL's reading of words, as trees: asked once for all languages, kept per word, parsed exactly.

A tree is evaluated on bitmaps of words; its source goes to PostgreSQL as it is. Both always say the same.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from postings.search.query import Both, Either, Node, Phrase, Without, Word

# An operand in quotes (a quote and a backslash are doubled) with its flags, or an operator. Anything else is no tsquery.
TOKEN = re.compile(r"'((?:[^'\\]|''|\\.)*)'(?::([*A-D]+))?|(<->|<\d+>|[!&|()])")
ESCAPED = re.compile(r"''|\\(.)", re.DOTALL)
# Deeper or longer ones nobody types; a line of 100 characters stays far below both.
MOST_TOKENS = 2_000
DEEPEST = 100
# Texts kept per process: what they say never changes.
MOST_KEPT = 1_000


class TsqueryError(ValueError):
    """Not a query as PostgreSQL writes one, or one too large to be meant."""


# --- trees ------------------------------------------------------------------------------------------------


def both(nodes: Iterable[Node | None]) -> Node | None:
    """All of ``nodes``; nothing when there is none."""
    return _joined(Both, nodes)


def either(nodes: Iterable[Node | None]) -> Node | None:
    return _joined(Either, nodes)


def _joined(kind: type[Both | Either], nodes: Iterable[Node | None]) -> Node | None:
    present = [node for node in nodes if node is not None]
    if len(present) < 2:
        return present[0] if present else None
    flat: dict[Node, None] = {}
    for node in present:
        flat.update(dict.fromkeys(node.parts if isinstance(node, kind) else (node,)))
    if len(flat) > 1:
        return kind(tuple(flat))
    return next(iter(flat), None)


def write(node: Node) -> str:
    """``node`` as PostgreSQL writes it."""
    match node:
        case Word(text, is_prefix):
            escaped = text.replace("\\", "\\\\").replace("'", "''")
            return f"'{escaped}':*" if is_prefix else f"'{escaped}'"
        case Both(parts):
            return " & ".join(f"( {write(part)} )" if isinstance(part, Either) else write(part) for part in parts)
        case Either(parts):
            return " | ".join(write(part) for part in parts)
        case Phrase(_words, source):
            return source
    part = node.part
    return f"!{write(part)}" if isinstance(part, Word) else f"!( {write(part)} )"


def parse(source: str) -> Node | None:
    """The tree of a tsquery's text; nothing for the empty query. Raises ``TsqueryError`` for anything else."""
    tokens = _tokens(source)
    if not tokens:
        return None
    parser = _Parser(tokens)
    node = parser.any_of(0)
    if parser.at < len(tokens):
        raise TsqueryError(source[:80])
    return node


@dataclass(frozen=True, slots=True)
class _Token:
    """An operand (``sign`` empty) or an operator."""

    sign: str
    word: Word | None = None


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(source):
        if source[at].isspace():
            at += 1
            continue
        match = TOKEN.match(source, at)
        if match is None or len(found) >= MOST_TOKENS:
            raise TsqueryError(source[:80])
        text, flags, sign = match.groups()
        at = match.end()
        if sign:
            found.append(_Token(sign))
        else:
            found.append(_Token("", Word(ESCAPED.sub(lambda escape: escape[1] or "'", text), is_prefix="*" in (flags or ""))))
    return found


class _Parser:
    """``|`` binds weakest, then ``&``, then ``<->``, then ``!``."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def any_of(self, depth: int) -> Node:
        return self._chain("|", self.all_of, either, depth)

    def all_of(self, depth: int) -> Node:
        return self._chain("&", self.phrase, both, depth)

    def _chain(self, sign: str, part: Callable[[int], Node], join: Callable[[list[Node]], Node | None], depth: int) -> Node:
        parts = [part(depth)]
        while self._sign() == sign:
            self.at += 1
            parts.append(part(depth))
        node = join(parts)
        assert node is not None
        return node

    def phrase(self, depth: int) -> Node:
        parts, sources = [self.single(depth)], []
        while (sign := self._sign()).startswith("<"):
            self.at += 1
            sources.append(sign)
            parts.append(self.single(depth))
        if len(parts) == 1:
            return parts[0]
        source = _grouped(parts[0]) + "".join(f" {sign} {_grouped(part)}" for sign, part in zip(sources, parts[1:], strict=True))
        words = tuple(word for part in parts for word in _words_of(part))
        return Phrase(words, source)

    def single(self, depth: int) -> Node:
        if depth > DEEPEST or self.at >= len(self.tokens):
            raise TsqueryError("too deep or cut off")
        token = self.tokens[self.at]
        self.at += 1
        if token.word is not None:
            return token.word
        if token.sign == "!":
            return Without(self.single(depth + 1))
        if token.sign == "(":
            node = self.any_of(depth + 1)
            if self._sign() != ")":
                raise TsqueryError("a bracket is open")
            self.at += 1
            return node
        raise TsqueryError(f"{token.sign} begins nothing")

    def _sign(self) -> str:
        return self.tokens[self.at].sign if self.at < len(self.tokens) else ""


def _grouped(node: Node) -> str:
    return write(node) if isinstance(node, Word | Without) else f"( {write(node)} )"


def _words_of(node: Node) -> tuple[Word, ...]:
    """The words of a phrase's part. Alternatives and absences inside a phrase are never typed, nor made by PostgreSQL of
    what is typed."""
    match node:
        case Word():
            return (node,)
        case Phrase(words, _source):
            return words
        case Both(parts):
            return tuple(word for part in parts for word in _words_of(part))
    raise TsqueryError("only words make a phrase")


# --- asking PostgreSQL ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text says in one language: its tree, and its stems in the order that PostgreSQL keeps them in."""

    tree: Node | None
    stems: tuple[str, ...]


# By language.
Spoken = Mapping[str, Heard]
ASK = """
    SELECT number, code, websearch_to_tsquery(configuration, text)::text, tsvector_to_array(to_tsvector(configuration, text))
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked (text, number),
        unnest(%s::text[], %s::regconfig[]) AS languages (code, configuration)
"""
_kept: OrderedDict[str, Spoken] = OrderedDict()
_lock = threading.Lock()


def hear(texts: Iterable[str]) -> dict[str, Spoken]:
    """What each text says, a word or a line with quotes, minus and "or". One statement for all that are not known yet, none when
    all are."""
    wanted = list(dict.fromkeys(texts))
    found: dict[str, Spoken] = {}
    with _lock:
        for text in wanted:
            if text in _kept:
                _kept.move_to_end(text)
                found[text] = _kept[text]
    if len(found) == len(wanted):
        return found
    fresh = _ask([text for text in wanted if text not in found])
    with _lock:
        _kept.update(fresh)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found | fresh


def _ask(texts: Sequence[str]) -> dict[str, Spoken]:
    codes = [code for code, _name in settings.LANGUAGES]
    found: dict[str, dict[str, Heard]] = {text: {} for text in texts}
    # Most words are the same in most languages, and kept once.
    same: dict[tuple[str, ...], Heard] = {}
    with connection.cursor() as cursor:
        cursor.execute(ASK, [list(texts), codes, [f"portal_{code}" for code in codes]])
        for number, code, source, stems in cursor.fetchall():
            if (source, *stems) not in same:
                same[source, *stems] = Heard(parse(source), tuple(stems))
            found[texts[number - 1]][code] = same[source, *stems]
    return dict(found)
