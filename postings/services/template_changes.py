"""When a template has moved on: what changed since a posting was made from it, and taking over chosen parts.

The posting keeps its own words until somebody takes parts over or says that they stay. Either way it then counts as made
from the newer version. Parts are compared per language that the posting is written in, lists item by item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from callcenter_jobs.lib import diffing
from callcenter_jobs.lib.diffing import Fate
from postings.enums import VersionState
from postings.models import Posting, PostingText, TemplateText, TemplateVersion
from postings.services.drafting import LIST_FIELDS, TITLE_LIMIT
from postings.services.editing import EditRefused, editing
from postings.services.publishing import MAX_DUTIES
from postings.services.revisions import TEXT_FIELDS

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

# An item of the posting that shares this part of its letters with the template's is that item, reworded.
ALIKE = 0.6
MOST_ITEMS = {"duties": MAX_DUTIES, "must_haves": 10, "nice_to_haves": 10, "measures": 8}
WHOLE_SHARE = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the template says otherwise now. ``was``, ``now`` and ``ours`` are the values as they are stored; ``None``
    where nothing is said. ``key`` names a part of the preview. ``ref`` is the same as long as both versions are."""

    ref: str
    part: str
    fate: Fate
    was: Any
    now: Any
    ours: Any
    key: str = ""

    @property
    def is_taken(self) -> bool:
        """The posting already says what the template says now."""
        return bool(self.ours == self.now)

    @property
    def is_untouched(self) -> bool:
        """The posting still says what the template said, so that nothing of its own would be lost."""
        return bool(self.ours == self.was)


@dataclass(frozen=True, slots=True)
class LanguageDifferences:
    language: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class TemplateChanges:
    """``silent`` names languages of the posting in which the newer version says nothing."""

    mine: TemplateVersion
    newest: TemplateVersion
    languages: tuple[LanguageDifferences, ...]
    silent: tuple[str, ...]

    @property
    def number(self) -> int:
        return sum(len(row.differences) for row in self.languages)


def newer_version(posting: Posting) -> TemplateVersion | None:
    """The published version of the posting's template, when it is not the one the posting was made from."""
    mine = posting.template_version
    if mine is None or mine.state == VersionState.PUBLISHED:
        return None
    return TemplateVersion.objects.filter(template=mine.template_id, state=VersionState.PUBLISHED, number__gt=mine.number).first()


def changes_of(posting: Posting) -> TemplateChanges | None:
    """What the template says otherwise since; ``None`` when it has not moved on."""
    newest = newer_version(posting)
    mine = posting.template_version
    if newest is None or mine is None:
        return None
    old, new = _texts(mine), _texts(newest)
    ours = sorted(posting.texts.all(), key=lambda text: (text.language != posting.language, text.language))
    found = [
        LanguageDifferences(text.language, tuple(_differences(old.get(text.language), new[text.language], text)))
        for text in ours
        if text.language in new
    ]
    silent = tuple(text.language for text in ours if text.language not in new)
    return TemplateChanges(mine, newest, tuple(row for row in found if row.differences), silent)


def take_over(*, posting: Posting, refs: Iterable[str], number: int, by: User, seen: str | None = None) -> int:
    """Put the chosen parts of version ``number`` in place, as an edit of ``by``; returns how many.

    The rest stays as it is, and the posting counts as made from that version. Raises ``EditRefused`` when nothing is
    chosen or the template has moved on again, and what ``editing`` raises; nothing is saved then.
    """
    chosen = set(refs)
    with editing(posting, by=by, seen=seen) as locked:
        changes = _expected(locked, number)
        wanted = [(row.language, item) for row in changes.languages for item in row.differences if item.ref in chosen and not item.is_taken]
        if not wanted:
            raise EditRefused("parts", _("Tick what to take over, or keep your own words."))
        for language in dict.fromkeys(language for language, _item in wanted):
            _put(locked.texts.get(language=language), [item for own, item in wanted if own == language])
        locked.template_version = changes.newest
    posting.template_version = locked.template_version
    return len(wanted)


def keep_ours(*, posting: Posting, number: int, by: User, seen: str | None = None) -> None:
    """Leave every word as it is; the posting counts as made from version ``number`` from now on."""
    with editing(posting, by=by, seen=seen) as locked:
        locked.template_version = _expected(locked, number).newest
    posting.template_version = locked.template_version


def _expected(posting: Posting, number: int) -> TemplateChanges:
    changes = changes_of(posting)
    if changes is None or changes.newest.number != number:
        raise EditRefused("template", _("The template has changed again meanwhile. Look at what it says now."))
    return changes


def _texts(version: TemplateVersion) -> dict[str, TemplateText]:
    return {text.language: text for text in version.texts.all() if text.title and text.duties}


def _differences(old: TemplateText | None, new: TemplateText, ours: PostingText) -> list[Difference]:
    found: list[Difference] = []
    for part in TEXT_FIELDS:
        was, now, own = (getattr(text, part) if text else None for text in (old, new, ours))
        ref = f"{new.language}.{part}"
        if part in LIST_FIELDS:
            found += _items(ref, part, was or [], now or [], own or [])
        elif part == "preview":
            found += _preview(ref, was or {}, now or {}, own or {})
        elif (was or "") != (now or "") and now:
            found.append(Difference(ref, part, Fate.CHANGED if was else Fate.ADDED, was or None, _fitting(part, now), own or None))
    return found


def _fitting(part: str, text: str) -> str:
    return text[:TITLE_LIMIT] if part == "title" else text


def _preview(ref: str, was: dict[str, str], now: dict[str, str], ours: dict[str, str]) -> list[Difference]:
    found = []
    for key in dict.fromkeys([*now, *was]):
        old, new = was.get(key) or None, now.get(key) or None
        if old != new:
            found.append(Difference(f"{ref}.{key}", "preview", _fate(old, new), old, new, ours.get(key) or None, key))
    return found


def _fate(was: Any, now: Any) -> Fate:
    return Fate.ADDED if not was else Fate.REMOVED if not now else Fate.CHANGED


def _items(ref: str, part: str, was: list[Any], now: list[Any], ours: list[Any]) -> list[Difference]:
    """Lines of a list that came, went or were reworded; those that only moved are no difference."""
    before, after = {line_of(part, item): item for item in was}, {line_of(part, item): item for item in now}
    found = []
    free = list(ours)
    for place, line in enumerate(diffing.lines(list(before), list(after))):
        if line.fate in {Fate.SAME, Fate.MOVED}:
            continue
        old, new = before.get(line.before), after.get(line.after)
        own = _own(part, [item for item in (old, new) if item is not None], free)
        if own is not None:
            free.remove(own)
        found.append(Difference(f"{ref}.{place}", part, line.fate, old, new, own))
    return found


def _own(part: str, wanted: Sequence[Any], free: Sequence[Any]) -> Any:
    """The posting's item that says one of ``wanted``, or nearly so."""
    for item in wanted:
        if item in free:
            return item
    scored = [
        (SequenceMatcher(None, _words(part, item), _words(part, own), autojunk=False).ratio(), place)
        for item in wanted
        for place, own in enumerate(free)
    ]
    score, place = max(scored, default=(0.0, 0))
    return free[place] if score >= ALIKE else None


def _words(part: str, item: Any) -> str:
    return str(item.get("text" if part == "duties" else "name", "")) if isinstance(item, dict) else str(item)


def line_of(part: str, item: Any) -> str:
    """An item of a list in one line, with all that a reader sees of it."""
    if part == "duties":
        return f"{item['text']} ({item['share']}%)" if item.get("share") else str(item["text"])
    if part == "measures":
        return ": ".join(filter(None, [item.get("name"), item.get("typical")]))
    return str(item)


def _put(text: PostingText, chosen: list[Difference]) -> None:
    for item in chosen:
        if item.part in LIST_FIELDS:
            setattr(text, item.part, _with(list(getattr(text, item.part)), item))
        elif item.part == "preview":
            text.preview = {key: words for key, words in {**text.preview, item.key: item.now}.items() if words}
        else:
            setattr(text, item.part, item.now)
    for part in {item.part for item in chosen if item.fate is not Fate.REMOVED} & set(MOST_ITEMS):
        if len(getattr(text, part)) > MOST_ITEMS[part]:
            message = _("That would be more than %(most)d. Take over less, or remove some of your own first.")
            raise EditRefused(part, message % {"most": MOST_ITEMS[part]})
    text.duties = _shared(text.duties, [item.now for item in chosen if item.part == "duties"])
    text.save()


def _with(items: list[Any], item: Difference) -> list[Any]:
    """The list with the item put in the place of the posting's own, added at the end, or taken away."""
    place = items.index(item.ours) if item.ours in items else None
    if item.now is None:
        return [own for at, own in enumerate(items) if at != place]
    if place is None:
        return [*items, item.now]
    return [item.now if at == place else own for at, own in enumerate(items)]


def _shared(duties: list[dict[str, Any]], taken: list[dict[str, Any] | None]) -> list[dict[str, Any]]:
    """Shares of the time that no longer fit together are left out of what was taken over: the posting's own stand."""
    if sum(duty.get("share") or 0 for duty in duties) <= WHOLE_SHARE:
        return duties
    return [{**duty, "share": None} if duty in taken else duty for duty in duties]
