"""Changing a posting's content safely: one lock, one version check, one record of what applicants see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from postings import pay
from postings.enums import PostingState
from postings.models import Posting
from postings.services.publishing import PublishRefused, problems_of, record_edit

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

# States in which people can read the posting, so that every edit is kept as a revision.
PUBLIC_STATES = frozenset({PostingState.OPEN, PostingState.PAUSED})


class EditConflict(Exception):
    """Somebody else saved the posting after the caller had read it. ``posting`` is what is stored now."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(_("Somebody else has saved this posting meanwhile."))
        self.posting = posting


class EditRefused(Exception):
    """A change that the facts do not allow; ``field`` names the part it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def version_of(posting: Posting) -> str:
    """What an edit form carries along to notice that somebody else was faster."""
    return posting.updated_at.isoformat()


@contextmanager
def editing(posting: Posting, *, by: User, seen: str | None = None) -> Iterator[Posting]:
    """The locked posting, to be changed inside the block; saved, normalized and recorded when it ends.

    ``seen`` is the version the caller's form was made from. Raises ``EditConflict`` when the posting has moved on,
    and ``PublishRefused`` when an open posting would lose something it must state; nothing is saved then.
    Writing related rows inside the block is part of the same transaction. Never touches ``state``.
    """
    with transaction.atomic():
        locked = Posting.objects.select_for_update(of=("self",)).get(pk=posting.pk)
        if seen is not None and seen != version_of(locked):
            raise EditConflict(Posting.objects.for_page().get(pk=posting.pk))
        is_open = locked.state == PostingState.OPEN
        # What is already wrong (a start date that has passed meanwhile) must not stop another edit.
        known = {field for field, _message in problems_of(_fresh(locked))} if is_open else set()
        yield locked
        normalize_pay(locked)
        locked.save()
        if is_open:
            new = [(field, message) for field, message in problems_of(_fresh(locked)) if field not in known]
            if new:
                raise PublishRefused(new)
        if locked.state in PUBLIC_STATES:
            record_edit(locked, by=by)
    posting.updated_at = locked.updated_at


def normalize_pay(posting: Posting) -> None:
    """Write the comparable pay per hour, with the middle of the weekly hours as the week of a monthly salary."""
    if posting.pay_min is None or posting.pay_max is None:
        posting.hourly_min = posting.hourly_max = None
        posting.hourly_is_estimate = False
        return
    weekly = (posting.hours_min + posting.hours_max) / 2
    figure = pay.hourly(basis=posting.pay_basis, low=posting.pay_min, high=posting.pay_max, weekly_hours=weekly)
    posting.hourly_min, posting.hourly_max = figure.low, figure.high
    posting.hourly_is_estimate = figure.is_estimate


def _fresh(posting: Posting) -> Posting:
    return Posting.objects.prefetch_related("texts", "languages", "start_classes").get(pk=posting.pk)
