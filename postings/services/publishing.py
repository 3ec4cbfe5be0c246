"""The one gate of a posting's state: nothing else writes ``Posting.state``. Every change appends a ``PostingEvent``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from postings.enums import PostingState, Workplace
from postings.models import Posting, PostingEvent, PostingRevision
from postings.services.revisions import read_content, snapshot
from postings.signals import posting_closed

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

NEXT: dict[PostingState, frozenset[PostingState]] = {
    PostingState.DRAFT: frozenset({PostingState.OPEN}),
    PostingState.OPEN: frozenset({PostingState.PAUSED, PostingState.CLOSED}),
    PostingState.PAUSED: frozenset({PostingState.OPEN, PostingState.CLOSED}),
    PostingState.CLOSED: frozenset({PostingState.OPEN}),
}
# EU directive 2023/970 (in force 7 June 2026): pay or its range must be known before the interview, so a
# posting for one of these places states it. EEA states follow the directive.
PAY_REQUIRED_IN = frozenset(
    {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    }
)
MAX_DUTIES = 10


class PublishRefused(Exception):
    """``problems`` lists what is in the way as (field or step name, sentence) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(message for _field, message in problems))
        self.problems = problems


def problems_of(posting: Posting) -> list[tuple[str, str]]:
    """What keeps a posting from being public, in the active language; empty when nothing does."""
    today = timezone.localdate()
    found: list[tuple[str, str]] = []
    text = next((text for text in posting.texts.all() if text.language == posting.language), None)
    if text is None or not text.title.strip():
        found.append(("title", _("Give the posting a title.")))
    if text is None or not text.summary.strip():
        found.append(("summary", _("Write a summary of two to four sentences.")))
    if text is None or not text.duties:
        found.append(("duties", _("List at least one duty.")))
    elif len(text.duties) > MAX_DUTIES:
        found.append(("duties", _("List at most %(limit)d duties.") % {"limit": MAX_DUTIES}))
    if posting.workplace != Workplace.REMOTE and posting.site_id is None:
        found.append(("site", _("Choose the site where the work is done.")))
    if posting.workplace == Workplace.REMOTE and not posting.remote_countries:
        found.append(("remote_countries", _("Say in which countries the person may live.")))
    if not posting.shift_mask:
        found.append(("shift_mask", _("Mark when the work is done.")))
    if not posting.has_pay and posting.country in PAY_REQUIRED_IN:
        found.append(("pay_min", _("State the pay: the law of this country asks for it.")))
    if not posting.languages.all():
        found.append(("languages", _("Name at least one language that the work needs.")))
    if posting.closes_on and posting.closes_on < today:
        found.append(("closes_on", _("The last day to apply lies in the past.")))
    found += [
        ("start_classes", _("A start date lies in the past."))
        for start_class in posting.start_classes.all()
        if start_class.starts_on < today
    ][:1]
    return found


def publish_posting(posting: Posting, *, by: User) -> Posting:
    """Draft → open. Raises ``PublishRefused``. The first publication date never changes afterwards."""
    return _open(posting, by=by, allowed_from={PostingState.DRAFT})


def resume_posting(posting: Posting, *, by: User) -> Posting:
    """Paused → open."""
    return _open(posting, by=by, allowed_from={PostingState.PAUSED})


def reopen_posting(posting: Posting, *, by: User) -> Posting:
    """Closed → open. Applications that ended with the closing stay ended; people may apply again."""
    return _open(posting, by=by, allowed_from={PostingState.CLOSED})


@transaction.atomic
def pause_posting(posting: Posting, *, by: User, note: str = "") -> Posting:
    """Open → paused: the page stays, nobody can apply, applications go on."""
    locked = _lock(posting)
    _write(locked, to=PostingState.PAUSED, by=by, note=note)
    return _copy_state(locked, posting)


@transaction.atomic
def close_posting(posting: Posting, *, by: User | None, note: str = "") -> Posting:
    """Open or paused → closed. Listeners end the applications that are still under way and tell the candidates."""
    locked = _lock(posting)
    locked.closed_at = timezone.now()
    _write(locked, to=PostingState.CLOSED, by=by, note=note)
    posting_closed.send(sender=Posting, posting=locked, by=by)
    return _copy_state(locked, posting)


@transaction.atomic
def record_edit(posting: Posting, *, by: User | None) -> PostingRevision:
    """Keep what applicants see now as a revision, if it differs from the last one."""
    return _record(_lock(posting, "site"), by=by)


def _record(locked: Posting, *, by: User | None) -> PostingRevision:
    read_content(locked)
    content = snapshot(locked)
    last = locked.revisions.order_by("-number").first()
    if last and last.content == content:
        return last
    return PostingRevision.objects.create(posting=locked, number=(last.number if last else 0) + 1, content=content, created_by=by)


def _lock(posting: Posting, related: str = "employer") -> Posting:
    return Posting.objects.select_for_update(of=("self",)).select_related(related).get(pk=posting.pk)


@transaction.atomic
def _open(posting: Posting, *, by: User, allowed_from: set[PostingState]) -> Posting:
    locked = _lock(posting, "site")
    if PostingState(locked.state) not in allowed_from:
        raise PublishRefused([("state", _refusal(locked))])
    # Read once, under the lock: what is checked is what is recorded.
    read_content(locked)
    problems = problems_of(locked)
    if problems:
        raise PublishRefused(problems)
    now = timezone.now()
    locked.published_at = locked.published_at or now
    locked.closed_at = None
    _write(locked, to=PostingState.OPEN, by=by)
    _record(locked, by=by)
    return _copy_state(locked, posting)


def _write(posting: Posting, *, to: PostingState, by: User | None, note: str = "") -> None:
    """The only assignment of ``state`` in the product. Assumes the row is locked."""
    before = PostingState(posting.state)
    if to not in NEXT[before]:
        raise PublishRefused([("state", _refusal(posting))])
    posting.state = to
    posting.save(update_fields=["state", "published_at", "closed_at", "updated_at"])
    PostingEvent.objects.create(posting=posting, from_state=before, to_state=to, by=by, note=note[:200])


def _refusal(posting: Posting) -> str:
    return _("This is not possible now. State of the posting: %(state)s.") % {"state": PostingState(posting.state).label}


def _copy_state(locked: Posting, posting: Posting) -> Posting:
    values: dict[str, Any] = {name: getattr(locked, name) for name in ("state", "published_at", "closed_at", "updated_at")}
    for name, value in values.items():
        setattr(posting, name, value)
    return posting
