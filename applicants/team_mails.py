"""What the mails to a hiring team say. Registered beside those to candidates in ``applicants.mails``."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.services import digest
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from postings.models import Membership


def new_applications_digest(message: Message, *, masked: bool) -> dict[str, Any]:
    """A row per posting, no names. Obsolete when the reader left, wants none, or nobody is waiting any more."""
    membership = Membership.objects.select_related("employer", "user").filter(code=message.context["membership"]).first()
    if membership is None or not membership.wants_digest or not membership.user.is_active:
        raise compose.Obsolete("Nobody reads this digest any more.")
    employer = membership.employer
    rows = digest.rows_of(employer, message.context["at"])
    if not rows:
        raise compose.Obsolete("None of these applications is active any more.")
    stop = reverse("hiring:digest_off", args=[employer.slug, digest.off_token(membership)])
    return {
        "employer": employer,
        "total": sum(row.number for row in rows),
        "rows": [(row, compose.absolute(reverse("hiring:board", args=[employer.slug, row.posting.code]))) for row in rows],
        "preheader": ", ".join(row.posting.title for row in rows[:3]),
        "button_url": compose.absolute(reverse("hiring:home", args=[employer.slug])),
        "button_label": _("Open the desk"),
        "reason": _("You get this e-mail at most once an hour because you hire for %(employer)s.") % {"employer": employer.name},
        "list_id": f"new-applications.{employer.slug}",
        "unsubscribe_url": compose.MASK if masked else compose.absolute(stop),
    }
