"""What the coach's panel shows, and mends made to text that is typed but not saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib import locale_names
from postings.coach.boxes import Boxes, Change, TextChanged, apply, box_of, boxes_from, change_of, revert
from postings.coach.findings import Finding
from postings.coach.kinds import Severity
from postings.coach.reasons import PART_NAMES, SEVERITY_NAMES, reason_of
from postings.coach.review import Review
from postings.forms.posting_rows import DutyRows, MeasureRows
from postings.forms.posting_steps import STEP_BY_KEY, STEP_OF_FIELD
from postings.models import Posting
from postings.services.coaching import find_change, reference_of, review_boxes
from postings.views.desk_common import desk_url

SALT = "postings.coach.undo"
UNDO_SECONDS = 24 * 3600
WORDS_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as it is shown. ``box`` with ``start`` and ``end`` is where a script selects the words, and
    ``change_start`` where it puts ``new`` for ``old``; all in UTF-16 units."""

    label: str
    href: str
    words: str
    reason: str
    instead: str
    points: int
    mend: str = ""
    reference: str = ""
    old: str = ""
    new: str = ""
    moved_to: str = ""
    told: str = ""
    box: str = ""
    start: int = 0
    end: int = 0
    change_start: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What a mend or an undo did, with the key that undoes it; or, with ``refused``, why nothing was done."""

    message: str
    undo: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    review: Review
    groups: list[tuple[str, str, list[Remark]]]
    parts: list[tuple[str, Any]]
    url: str
    done: Done | None = None


def panel_of(posting: Posting, boxes: Boxes, language: str, *, edit_url: str = "", done: Done | None = None) -> Panel:
    """``edit_url`` leads to the form when the panel does not stand beside it."""
    found = review_boxes(posting, boxes, language)
    country = locale_names.country_name(posting.country, get_language() or "en") if posting.country else ""
    groups = []
    for severity in Severity:
        remarks = [
            _remark(finding, posting, boxes, country=country, edit_url=edit_url)
            for finding in found.findings
            if finding.severity == severity
        ]
        if remarks:
            groups.append((str(severity), str(SEVERITY_NAMES[severity]), remarks))
    parts = [(str(PART_NAMES[part.part]), part) for part in found.parts]
    return Panel(found, groups, parts, desk_url("posting_coach", posting, language), done)


def _remark(finding: Finding, posting: Posting, boxes: Boxes, *, country: str, edit_url: str) -> Remark:
    box, base = box_of(finding.place, boxes)
    change = change_of(finding, boxes)
    remark = Remark(
        label=_label(finding),
        href=_href(finding, posting, box, edit_url),
        words=_shortened(finding.words),
        reason=reason_of(finding, country=country),
        instead=finding.instead,
        points=finding.points,
        box=box,
        start=_utf16(boxes.get(box, ""), base + finding.place.start),
        end=_utf16(boxes.get(box, ""), base + finding.place.end) if finding.place.end else 0,
    )
    if change is None:
        return remark
    return replace(
        remark,
        mend=_mend_label(change),
        reference=reference_of(finding, change),
        old=change.old,
        new=change.new,
        moved_to=change.moved_to,
        told=told(change),
        change_start=_utf16(boxes[change.box], change.start),
    )


def _utf16(text: str, place: int) -> int:
    """Browsers count UTF-16 units: a letter outside of the basic plane is two."""
    return place + sum(letter > "\uffff" for letter in text[:place])


def _shortened(words: str) -> str:
    return words if len(words) <= WORDS_SHOWN else f"{words[: WORDS_SHOWN - 1].rstrip()}…"


def _mend_label(change: Change) -> str:
    if change.moved_to:
        return _("Move to the nice-to-haves")
    if change.cuts:
        return _("Take it out")
    return _("Replace with “%(new)s”") % {"new": _shortened(change.new)}


def _label(finding: Finding) -> str:
    place = finding.place
    if place.field == "duties":
        return str(DutyRows.one) % {"number": place.index + 1} if finding.place.end or finding.rule == "duty_long" else str(DutyRows.legend)
    if place.field == "measures":
        is_row = finding.place.end or finding.rule == "measure_open"
        return str(MeasureRows.one) % {"number": place.index // 2 + 1} if is_row else str(MeasureRows.legend)
    if place.field == "questions":
        return _("Screening questions")
    form = STEP_BY_KEY[STEP_OF_FIELD[place.field]].form
    return str(form.base_fields[place.field].label)


def _href(finding: Finding, posting: Posting, box: str, edit_url: str) -> str:
    place = finding.place
    if box:
        return f"{edit_url}#id_{box}"
    step = STEP_OF_FIELD.get(place.field, "work")
    anchor = {"duties": "rows-duties", "measures": "rows-measures", "questions": "questions"}.get(place.field, f"id_{place.field}")
    if step == "work":
        return f"{edit_url}#{anchor}"
    return f"{desk_url('posting_step', posting, step)}#{anchor}"


# --- mends -------------------------------------------------------------------------------------


def told(change: Change) -> str:
    """What a mend did, in a sentence."""
    if change.moved_to:
        return _("“%(old)s” now stands among the nice-to-haves.") % {"old": _shortened(change.words)}
    if change.cuts:
        return _("“%(old)s” is taken out.") % {"old": _shortened(change.words)}
    return _("“%(old)s” is now “%(new)s”.") % {"old": _shortened(change.words), "new": _shortened(change.new)}


def refusal() -> Done:
    message = _("This text has changed since the coach read it, so nothing was replaced. The remarks below are up to date.")
    return Done(message, refused=True)


def undo_key(posting: Posting, language: str, change: Change) -> str:
    """Signed, so that nothing else than what the coach changed comes back through it."""
    return signing.dumps([posting.code, language, change.packed()], salt=SALT, compress=True)


def change_to_undo(posting: Posting, language: str, key: str) -> Change:
    """Raises ``TextChanged`` for a key of another posting, another language, or an old one."""
    try:
        code, where, packed = signing.loads(key, salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise TextChanged from error
    if (code, where) != (posting.code, language):
        raise TextChanged
    return Change(*packed)


def mend_boxes(posting: Posting, boxes: Boxes, language: str, do: str) -> Done:
    """Carry out ``mend:<reference>`` or ``unmend:<key>`` on ``boxes``, or say why not; only what is named changes."""
    verb, _colon, rest = do.partition(":")
    try:
        if verb == "unmend":
            change = change_to_undo(posting, language, rest)
            revert(change, boxes)
            return Done(_("“%(old)s” is back.") % {"old": _shortened(change.words)})
        found = find_change(review_boxes(posting, boxes, language), boxes, rest)
        if found is None:
            return refusal()
        apply(found, boxes)
    except TextChanged:
        return refusal()
    return Done(told(found), undo=undo_key(posting, language, found))


def is_mend(do: str) -> bool:
    return do.startswith(("mend:", "unmend:"))


def mend_typed(posting: Posting, language: str, data: QueryDict) -> tuple[QueryDict, Done]:
    """What was typed, with one mend made or undone. Nothing is saved."""
    typed = data.copy()
    before = boxes_from(data)
    boxes = dict(before)
    done = mend_boxes(posting, boxes, language, data.get("do", ""))
    for name, text in boxes.items():
        if text != before.get(name):
            typed[name] = text
    return typed, done


def typed_or(data: Mapping[str, Any] | None, stored: Boxes) -> Boxes:
    """What a bound form carries, else what is stored."""
    return boxes_from(data) if data is not None else stored
