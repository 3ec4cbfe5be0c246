"""A posting's words as the boxes of its form: text by the name of the box. What is typed, what is stored and what a mend
changes have one shape here.

Lists of requirements are one box with a line per item; duties and measures have a box per row (``duties-0-text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from postings.coach.facts import Duty, Measure, Words
from postings.coach.findings import Finding, Place

PLAIN = ("title", "summary", "reports_to", "call_to_action")
LINES = ("must_haves", "nice_to_haves")
PREVIEW = ("contacts", "script", "monitoring", "hard", "good")
_ROW_BOX = re.compile(r"(?:duties-(\d{1,2})-(?:text|share)|measures-(\d{1,2})-(?:name|typical))")
# More than any field takes. What goes beyond is not a posting: it is read up to here, and kept whole.
LONGEST = 2000
MOST_ROWS, MOST_LINES = 15, 40
# Letters on either side by which an undo knows its place again.
BESIDE = 12

Boxes = dict[str, str]


class TextChanged(Exception):
    """The words a mend was offered for are no longer where they were."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a mend did, and enough to undo it: ``old`` became ``new`` at ``start`` of ``box``, or the line moved.

    ``words`` are those the remark was about; ``cuts`` says that they went, though ``new`` may begin the sentence anew.
    ``before`` and ``after`` are the letters beside them: where words went, nothing else tells the place.
    """

    box: str
    start: int
    old: str
    new: str = ""
    moved_to: str = ""
    words: str = ""
    cuts: bool = False
    before: str = ""
    after: str = ""

    def packed(self) -> list[Any]:
        return [self.box, self.start, self.old, self.new, self.moved_to, self.words, self.cuts, self.before, self.after]


def is_box(name: str) -> bool:
    plain = name in PLAIN or name in LINES or name.removeprefix("preview_") in PREVIEW
    return plain or _ROW_BOX.fullmatch(name) is not None


def normal(text: str) -> str:
    """As the browser counts: a line break is one character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def boxes_from(data: Mapping[str, Any]) -> Boxes:
    """The boxes of the words in what a form sent, untouched but for line breaks."""
    return {name: normal(value) for name in data if is_box(name) and isinstance(value := data[name], str)}


def boxes_of(text: Any) -> Boxes:
    """The boxes as a form shows ``text``: a posting's or a template's words in one language."""
    boxes: Boxes = {name: getattr(text, name) or "" for name in PLAIN}
    boxes |= {name: "\n".join(str(item) for item in getattr(text, name) or []) for name in LINES}
    boxes |= {f"preview_{part}": (text.preview or {}).get(part, "") for part in PREVIEW}
    for index, row in enumerate(text.duties or []):
        boxes[f"duties-{index}-text"] = row.get("text", "")
        boxes[f"duties-{index}-share"] = str(row.get("share") or "")
    for index, row in enumerate(text.measures or []):
        boxes[f"measures-{index}-name"] = row.get("name", "")
        boxes[f"measures-{index}-typical"] = row.get("typical", "")
    return boxes


def words_of(boxes: Mapping[str, str], language: str) -> Words:
    """What the coach reads of the boxes."""

    def read(name: str) -> str:
        return boxes.get(name, "")[:LONGEST]

    def lines(name: str) -> tuple[str, ...]:
        return tuple(line[:LONGEST] for line in boxes.get(name, "").split("\n", MOST_LINES)[:MOST_LINES])

    def rows(kind: str) -> Iterable[int]:
        found = [int(match.group(1)) for name in boxes if (match := re.fullmatch(rf"{kind}-(\d{{1,2}})-\w+", name))]
        return range(min(max(found, default=-1) + 1, MOST_ROWS))

    return Words(
        language=language,
        title=read("title"),
        summary=read("summary"),
        duties=tuple(Duty(read(f"duties-{row}-text"), _share(read(f"duties-{row}-share"))) for row in rows("duties")),
        must_haves=lines("must_haves"),
        nice_to_haves=lines("nice_to_haves"),
        measures=tuple(Measure(read(f"measures-{row}-name"), read(f"measures-{row}-typical")) for row in rows("measures")),
        reports_to=read("reports_to"),
        preview=tuple((part, read(f"preview_{part}")) for part in PREVIEW),
        call_to_action=read("call_to_action"),
    )


def _share(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None


def box_of(place: Place, boxes: Mapping[str, str]) -> tuple[str, int]:
    """The box of a place, and where in it the passage begins; ``("", 0)`` for what is edited elsewhere."""
    if place.field == "duties":
        name, base = f"duties-{place.index}-text", 0
    elif place.field == "measures":
        name, base = f"measures-{place.index // 2}-{'typical' if place.index % 2 else 'name'}", 0
    elif place.field in LINES:
        lines = boxes.get(place.field, "").split("\n")
        name, base = place.field, sum(len(line) + 1 for line in lines[: place.index])
    else:
        name, base = place.field, 0
    return (name, base) if name in boxes else ("", 0)


def change_of(finding: Finding, boxes: Mapping[str, str]) -> Change | None:
    """What the mend of ``finding`` will do to ``boxes``; None when it has none."""
    if finding.mend is None:
        return None
    box, base = box_of(finding.place, boxes)
    if not box:
        return None
    if finding.mend.move_to:
        line = boxes[box].split("\n")[finding.place.index]
        return Change(box, base, line, moved_to=finding.mend.move_to, words=line)
    start, end = finding.place.start, finding.place.end
    if finding.mend.end >= 0:
        start, end = finding.mend.start, finding.mend.end
    text, start, end = boxes[box], base + start, base + end
    sides = {"before": text[max(0, start - BESIDE) : start], "after": text[end : end + BESIDE]}
    return Change(box, start, text[start:end], finding.mend.new, words=finding.words, cuts=finding.mend.cuts, **sides)


def apply(change: Change, boxes: Boxes) -> None:
    """Raises ``TextChanged`` and leaves ``boxes`` alone when the words are no longer there."""
    text = boxes.get(change.box, "")
    if text[change.start : change.start + len(change.old)] != change.old or not change.old:
        raise TextChanged
    if not change.moved_to:
        boxes[change.box] = text[: change.start] + change.new + text[change.start + len(change.old) :]
        return
    row = text[: change.start].count("\n")
    lines = text.split("\n")
    if row >= len(lines) or lines[row] != change.old:
        raise TextChanged
    del lines[row]
    boxes[change.box] = "\n".join(lines)
    there = boxes.get(change.moved_to, "").rstrip("\n")
    boxes[change.moved_to] = f"{there}\n{change.old}" if there else change.old


def revert(change: Change, boxes: Boxes) -> None:
    """Undo. Raises ``TextChanged`` when what the mend wrote is no longer there."""
    if not change.moved_to:
        text = boxes.get(change.box, "")
        begin, end = change.start, change.start + len(change.new)
        is_there = text[begin:end] == change.new and begin <= len(text)
        if not (is_there and text[:begin].endswith(change.before) and text[end:].startswith(change.after)):
            raise TextChanged
        boxes[change.box] = text[:begin] + change.old + text[end:]
        return
    there = boxes.get(change.moved_to, "").split("\n")
    if change.old not in there or change.box not in boxes:
        raise TextChanged
    last = len(there) - 1 - there[::-1].index(change.old)
    del there[last]
    boxes[change.moved_to] = "\n".join(there)
    text = boxes[change.box]
    row = text[: change.start].count("\n") if change.start <= len(text) else text.count("\n") + 1
    lines = text.split("\n") if text else []
    lines.insert(row, change.old)
    boxes[change.box] = "\n".join(lines)
