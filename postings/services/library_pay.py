"""Pay figures: adding, changing and removing one, with a history and without losing what a second curator wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import slug_of
from postings.enums import LibraryAction, LibraryArea
from postings.models import PayFigure
from postings.services.library import LibraryRefused, one_at_a_time
from postings.services.library_files import digest
from postings.services.library_history import record
from postings.services.library_shapes import fields_of
from postings.services.library_state import pay_entry

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

LONGEST_KEY = 70
LAST_PLACE = 32767


class FigureChanged(LibraryRefused):
    """Somebody else saved the figure after it was opened; ``current`` is what stands there now."""

    def __init__(self, current: PayFigure) -> None:
        super().__init__(_("Somebody else has changed this since you opened it. Compare the two, then save again."))
        self.current = current


def fingerprint(figure: PayFigure) -> str:
    """What an editor has seen: differs as soon as any field does."""
    return digest(pay_entry(figure))


def shown_fields(figure: PayFigure) -> dict[str, str]:
    """Every filled field as text, for history and comparison."""
    return fields_of("pay", pay_entry(figure), words=False)


@transaction.atomic
def add_figure(values: dict[str, Any], *, by: User) -> PayFigure:
    """A new figure at the end of the list. Its key is made of what it is about."""
    # Key and place come from what is there: two who add at once do so one after the other.
    one_at_a_time()
    last = PayFigure.objects.aggregate(last=Max("position"))["last"]
    figure = PayFigure(key=_new_key(values), position=0 if last is None else min(last + 1, LAST_PLACE), **values)
    figure.edited_at, figure.edited_by = timezone.now(), by
    figure.save()
    record(LibraryArea.PAY, figure.key, LibraryAction.CREATED, by=by, after=shown_fields(figure))
    return figure


@transaction.atomic
def save_figure(figure: PayFigure, values: dict[str, Any], *, by: User, seen: str) -> PayFigure:
    """Write all fields. ``seen`` is the fingerprint the editor started from; raises ``FigureChanged`` when it is another
    now, ``LibraryRefused`` when the figure is gone."""
    locked = PayFigure.objects.select_for_update().filter(pk=figure.pk).first()
    if locked is None:
        raise LibraryRefused(_("Somebody else has removed this figure. Add it anew to keep it."))
    if fingerprint(locked) != seen:
        raise FigureChanged(locked)
    before = shown_fields(locked)
    for name, value in values.items():
        setattr(locked, name, value)
    after = shown_fields(locked)
    if before == after:
        return locked
    locked.edited_at, locked.edited_by = timezone.now(), by
    locked.save()
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    record(
        LibraryArea.PAY,
        locked.key,
        LibraryAction.CHANGED,
        by=by,
        before={name: before.get(name, "") for name in names},
        after={name: after.get(name, "") for name in names},
    )
    return locked


@transaction.atomic
def remove_figure(figure: PayFigure, *, by: User) -> None:
    """Take the figure away; the history keeps what it said."""
    before = shown_fields(figure)
    deleted, _rows = PayFigure.objects.filter(pk=figure.pk).delete()
    if deleted:
        record(LibraryArea.PAY, figure.key, LibraryAction.REMOVED, by=by, before=before)


def _new_key(values: dict[str, Any]) -> str:
    role = values.get("role")
    parts = [
        values["country"],
        role.key if role else values["tier"],
        values["measure"],
        values["period"],
        values["year"] or "",
        values["source_name"],
    ]
    key = slug_of(" ".join(str(part) for part in parts).replace("_", "-"))[:LONGEST_KEY].strip("-")
    taken = set(PayFigure.objects.filter(key__startswith=key).values_list("key", flat=True))
    number = 2
    while key in taken or not key:
        key, number = f"{key.removesuffix(f'-{number - 1}')}-{number}".strip("-"), number + 1
    return key
