"""Message catalogs without GNU gettext: collect the strings, bring the .po files up to date, check them, compile them.

Python files are read by Babel; templates are first turned into Python by Django's own ``templatize``, so
``{% translate %}`` and ``{% blocktranslate %}`` mean here exactly what they mean when a page is drawn. The templates
of the second engine (``templates/jinja``) are parsed by Jinja2 itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from jinja2 import Environment
from jinja2.ext import extract_from_ast

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CODE = ("callcenter_jobs", "postings", "applicants")
TEMPLATES = ("templates", *CODE)
JINJA = "jinja"
TEMPLATE_SUFFIXES = {".html", ".txt"}
SKIPPED = {"tests", "migrations", "content"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Found:
    """One string in the sources: its id (singular, or singular and plural), context and place."""

    msgid: str | tuple[str, str]
    context: str | None
    place: str


def po_file(language: str) -> Path:
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """The languages that need a catalog: all but the one the sources are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def _files(folders: tuple[str, ...], suffixes: set[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*")):
            if path.suffix in suffixes and not SKIPPED & set(path.relative_to(settings.BASE_DIR).parts):
                yield path


def collect() -> Iterator[Found]:
    """Every translatable string of the project."""
    for path in _files(CODE, {".py"}):
        yield from _strings(path, path.read_text(encoding="utf-8"))
    for path in _files(TEMPLATES, TEMPLATE_SUFFIXES):
        if JINJA in path.parts:
            yield from _jinja_strings(path, path.read_text(encoding="utf-8"))
        elif "templates" in path.parts:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # What templatize leaves of the page is X and blanks; its indentation is not Python's.
            yield from _strings(path, "\n".join(line.strip() for line in source.splitlines()))


def _jinja_strings(path: Path, source: str) -> Iterator[Found]:
    place = path.relative_to(settings.BASE_DIR).as_posix()
    for line, _function, message in extract_from_ast(Environment(autoescape=True).parse(source), ("_",)):
        if not isinstance(message, str):
            raise ValueError(f"{place}:{line}: _() takes one plain string; plurals and sentences with values are made in Python.")
        yield Found(message, None, place)


def _strings(path: Path, source: str) -> Iterator[Found]:
    place = path.relative_to(settings.BASE_DIR).as_posix()
    for _line, function, messages, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"}):
        # Nothing for a call with no plain string, as where the function itself is passed on.
        values = [messages] if isinstance(messages, str) else list(messages or ())
        name = str(function)
        has_context = name.lstrip("n").startswith("pgettext")
        context = values.pop(0) if has_context and values else None
        if not values or not values[0]:
            continue
        is_plural = name.startswith(("ngettext", "npgettext")) and len(values) > 1 and values[1]
        yield Found((values[0], values[1]) if is_plural else values[0], context, place)


def template_catalog() -> Catalog:
    catalog = Catalog(domain="django", charset="utf-8", fuzzy=False)
    for found in collect():
        catalog.add(found.msgid, locations=[(found.place, None)], context=found.context)  # type: ignore[list-item]
    return catalog


def read(language: str) -> Catalog:
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", charset="utf-8", fuzzy=False, project="Openline")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def update(language: str) -> Catalog:
    """Bring one .po file up to date: new strings empty, strings no longer used dropped, nothing guessed."""
    catalog = read(language)
    catalog.update(template_catalog(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, sort_by_file=False, include_lineno=False, width=110, ignore_obsolete=True, sort_output=True)
    return catalog


def compile_all() -> list[Path]:
    """Write the .mo files that are older than their .po file; returns those written."""
    written: list[Path] = []
    for language in languages():
        source = po_file(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        scratch = target.with_suffix(f".mo.{os.getpid()}")  # a test run and a portal may compile at the same time
        with scratch.open("wb") as file:
            write_mo(file, read(language))
        scratch.replace(target)
        written.append(target)
    return written


def problems(language: str) -> list[str]:
    """What a reader of ``language`` would stumble over: missing, fuzzy or unfinished strings, lost placeholders or tags."""
    catalog = read(language)
    known = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in catalog if message.id}
    found = [
        f"{place}: not in the catalog: {msgid!r}"
        for msgid, context, place in _singulars(template_catalog())
        if (msgid, context) not in known
    ]
    for message in catalog:
        if message.id:
            found += _message_problems(message, catalog.num_plurals)
    return [f"{language}: {problem}" for problem in found]


def _singulars(catalog: Catalog) -> Iterator[tuple[str, str | None, str]]:
    for message in catalog:
        if message.id:
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            yield msgid, message.context, message.locations[0][0] if message.locations else ""


def translations_of(message: Message) -> list[str]:
    """The translation, or one per plural form; a new message has none yet."""
    return [message.string] if isinstance(message.string, str) else [text or "" for text in message.string or ()]


def is_translated(message: Message) -> bool:
    translations = translations_of(message)
    return bool(translations) and all(translations)


def _message_problems(message: Message, forms: int) -> Iterator[str]:
    source = message.id if isinstance(message.id, str) else message.id[1]
    name = repr(source[:60])
    translations = translations_of(message)
    if message.fuzzy:
        yield f"fuzzy: {name}"
    if not is_translated(message) or (not isinstance(message.id, str) and len(translations) != forms):
        yield f"not translated: {name}"
        return
    # A singular may leave the number out ("one seat"); every other form and every plain string keeps all.
    for place, translation in enumerate(translations):
        lost = set(PLACEHOLDER.findall(source)) ^ set(PLACEHOLDER.findall(translation))
        if lost and not (
            len(translations) > 1 and place == 0 and not set(PLACEHOLDER.findall(translation)) - set(PLACEHOLDER.findall(source))
        ):
            yield f"placeholders differ ({', '.join(sorted(lost))}): {name}"
        if sorted(MARKUP.findall(source)) != sorted(MARKUP.findall(translation)):
            yield f"markup differs: {name}"
        if source[:1].isspace() != translation[:1].isspace() or source[-1:].isspace() != translation[-1:].isspace():
            yield f"blanks at an end differ: {name}"
