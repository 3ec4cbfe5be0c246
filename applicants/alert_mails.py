"""What the mails of job alerts say. Registered beside those about applications in ``applicants.mails``."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from applicants.access import AlertLink, alert_token
from applicants.models import JobAlert
from applicants.services import alerts
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from postings import presenters, saved_searches
from postings.models import Posting

# "://", and a point or an at within a word; not the point in a number.
LINKISH = re.compile(r":?/{2,}|(?<=\w)[.@](?=[^\W\d])")
LINK_PAGES = {AlertLink.CONFIRM: "alerts:confirm", AlertLink.STOP: "alerts:stop", AlertLink.MANAGE: "alerts:manage"}


def link_of(alert: JobAlert, link: AlertLink) -> str:
    """The private page of a link, in the active language, as a path."""
    return reverse(LINK_PAGES[link], args=[alert_token(alert, link)])


def label_of(alert: JobAlert, *, language: str) -> str:
    """What the alert searches for, on one line."""
    return " · ".join(saved_searches.words_of(alert.query, language=language)) or _("All open jobs")


def unlinked(label: str) -> str:
    """For mails to an address that nobody has confirmed: what anybody may have typed, without what mail programs make
    links of.

    >>> unlinked("“win at www.evil.example or https://evil.example”, 2.5 years")
    '“win at www. evil. example or https evil. example”, 2.5 years'
    """
    return LINKISH.sub(lambda found: " " if "/" in found[0] else f"{found[0]} ", label)


def results_path(alert: JobAlert) -> str:
    """The results page of the search, the newest first."""
    return f"{reverse('public:job_list')}?{alert.query}{'&' if alert.query else ''}sort=newest"


def _alert(message: Message) -> JobAlert:
    alert = JobAlert.objects.filter(code=message.context["alert"]).first()
    if alert is None:
        raise compose.Obsolete("The alert is gone.")
    return alert


def _private(alert: JobAlert, link: AlertLink, *, masked: bool) -> str:
    return compose.MASK if masked else compose.absolute(link_of(alert, link))


def alert_confirm(message: Message, *, masked: bool) -> dict[str, Any]:
    """The first mail to an address: confirm it, or you have it already, or you have as many as one may have."""
    alert, variant = _alert(message), message.context["variant"]
    if variant == alerts.NEW and not alert.is_pending:
        raise compose.Obsolete("The alert is confirmed or stopped meanwhile.")
    label = unlinked(label_of(alert, language=message.language))
    link, button = (AlertLink.CONFIRM, _("Confirm")) if variant == alerts.NEW else (AlertLink.MANAGE, _("Your job alerts"))
    return {
        "variant": variant,
        "label": label,
        "is_weekly": alert.frequency == "weekly",
        "most": alerts.MOST_OF_ADDRESS,
        "preheader": label,
        "button_url": _private(alert, link, masked=masked),
        "button_label": button,
        "reason": _("You get this e-mail because somebody asked for a job alert with this address. If that was not you, do nothing."),
    }


def alert_matches(message: Message, *, masked: bool) -> dict[str, Any]:
    """Up to ten new postings with their facts. Obsolete when the reader has stopped it, or all of them have closed."""
    alert = _alert(message)
    if not alert.is_active:
        raise compose.Obsolete("The reader has stopped the alert.")
    total, ids = message.context["total"], message.context["postings"]
    if total <= len(ids) and not Posting.objects.open().filter(pk__in=ids).exists():
        raise compose.Obsolete("All of these jobs have closed.")
    rows = SimpleLazyObject(lambda: _rows(ids))
    return {
        **_running(alert, masked=masked),
        "total": total,
        "label": label_of(alert, language=message.language),
        "rows": rows,
        "more": max(0, total - len(ids)),
        "preheader": SimpleLazyObject(lambda: ", ".join(row["title"] for row in _rows(ids[:3]))),
        "button_url": compose.absolute(results_path(alert)),
        "button_label": _("See all that match"),
    }


def alert_ended(message: Message, *, masked: bool) -> dict[str, Any]:
    """The last mail of an alert whose search can no longer be asked."""
    alert = _alert(message)
    label = label_of(alert, language=message.language)
    return {
        **_running(alert, masked=masked),
        "label": label,
        "preheader": label,
        "button_url": compose.absolute(results_path(alert)),
        "button_label": _("Search again"),
    }


def _running(alert: JobAlert, *, masked: bool) -> dict[str, Any]:
    """What the mails of a confirmed alert share."""
    return {
        "manage_url": _private(alert, AlertLink.MANAGE, masked=masked),
        "reason": _("You get this e-mail because you asked for new jobs like these."),
        "list_id": "job-alerts",
        "unsubscribe_url": _private(alert, AlertLink.STOP, masked=masked),
    }


def _rows(ids: list[int]) -> list[dict[str, str]]:
    """Those of the postings that are still open, newest first, as words."""
    rows = []
    for posting in Posting.objects.open().for_list().filter(pk__in=ids):
        shown = presenters.shown_text(posting)
        rows.append(
            {
                "title": shown.text.title,
                "lang": shown.lang,
                "url": compose.absolute(posting.get_absolute_url()),
                "who": " · ".join([posting.employer.name, presenters.place_text(posting), presenters.workplace_text(posting)]),
                "pay": presenters.pay_hourly_text(posting),
                "shifts": presenters.shifts_text(posting),
            }
        )
    return rows


KINDS: dict[str, compose.Builder] = {
    alerts.CONFIRM: alert_confirm,
    alerts.MATCHES: alert_matches,
    alerts.ENDED: alert_ended,
}
