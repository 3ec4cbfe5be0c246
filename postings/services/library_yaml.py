"""YAML that somebody uploads: counted and measured event by event before anything is built of it.

The parser hands out one event at a time, so that what is refused here has cost neither memory nor depth of calls: a
reference is refused because a few lines of them can stand for more text than any machine holds, and a key that stands
twice because YAML would silently keep the last.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

from postings.services.library_files import LibraryError, SafeLoader, Tree, parse
from postings.services.library_tables import Unreadable

# The shipped library has some sixty thousand values and is six levels deep.
MOST_VALUES = 500_000
DEEPEST = 16


def read_tree(text: str, path: str) -> tuple[Any, int]:
    """The tree, and how many values it has. Raises ``Unreadable``."""
    try:
        values = _measured(text, path)
        return parse(text, path), values
    except LibraryError as error:
        cause = error.__cause__
        raise (_misspelled(path, cause) if isinstance(cause, yaml.YAMLError) else _unreadable(error.problems[0])) from error
    except yaml.YAMLError as error:
        raise _misspelled(path, error) from error
    except (ValueError, RecursionError, TypeError, OverflowError, AttributeError) as error:
        raise _unreadable(path) from error


def _unreadable(reason: str) -> Unreadable:
    return Unreadable(_("This YAML cannot be read. %(reason)s") % {"reason": reason})


def _misspelled(path: str, error: yaml.YAMLError) -> Unreadable:
    """Where it stops being YAML, in the reader's language; what the parser expected only it can say, in its English."""
    mark, words = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or "")
    if mark is None:
        return _unreadable(f"{path} ({words})" if words else path)
    return Unreadable(
        _("%(path)s, line %(line)d: this is no valid YAML. Look for a bracket, quotation mark or indent there or above. (%(words)s)")
        % {"path": path, "line": mark.line + 1, "words": words or "–"}
    )


def too_many_values() -> Unreadable:
    return Unreadable(_("These files hold more than %(most)d values. Split them.") % {"most": MOST_VALUES})


def _measured(text: str, path: str) -> int:
    values = 0
    # Of each mapping the keys it has had, and whether a key comes next; of each list nothing.
    inside: list[tuple[set[str], list[bool]] | None] = []
    for event in yaml.parse(text, Loader=SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused(path)
        if isinstance(event, yaml.CollectionEndEvent):
            inside.pop()
        elif isinstance(event, yaml.NodeEvent):
            values += 1
            if values > MOST_VALUES:
                raise too_many_values()
            _note_key(inside, event, path)
            if isinstance(event, yaml.CollectionStartEvent):
                inside.append((set(), [True]) if isinstance(event, yaml.MappingStartEvent) else None)
                if len(inside) > DEEPEST:
                    raise _refused(path)
    return values


def _note_key(inside: list[tuple[set[str], list[bool]] | None], event: Any, path: str) -> None:
    if not inside or inside[-1] is None:
        return
    keys, is_key = inside[-1]
    if is_key[0] and isinstance(event, yaml.ScalarEvent):
        if event.value in keys:
            mark = event.start_mark
            words = {"path": path, "line": mark.line + 1 if mark else 1, "key": event.value[:60]}
            raise Unreadable(_("%(path)s, line %(line)d: “%(key)s” stands twice.") % words)
        keys.add(event.value)
    is_key[0] = not is_key[0]


def _refused(path: str) -> Unreadable:
    return Unreadable(_("%(path)s: references (*name) and deep nesting are not read.") % {"path": path})


ENTRY = re.compile(
    r"^[ \t]*(?:- )?\{?[ \t]*(?:[\"']?key[\"']?:[ \t]*)?[\"']?(?P<key>[^\s\"':,{}\[\]#-][^\n\"':,{}\[\]#]{0,80}?)[\"']?[ \t]*(?:[:,}#]|$)",
    re.MULTILINE,
)


class Lines:
    """Where in a file a key stands: each key's first line, found in one pass over the text."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.first: dict[str, int] = {}
        line = place = 0
        for match in ENTRY.finditer(text):
            line += text.count("\n", place, match.start())
            place = match.start()
            self.first.setdefault(match["key"], line + 1)

    def of(self, key: str) -> Tree:
        return {"where": self.path, "line": self.first.get(key, 0)}
