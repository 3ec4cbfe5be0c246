"""The mails that the hiring side sends, other than about applications."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from postings.models import Invitation
from postings.services import team


def build_invitation(message: Message, *, masked: bool) -> dict[str, Any]:
    """The link is derived from the row, so neither the row of the mail nor that of the invitation holds it."""
    invitation = Invitation.objects.select_related("employer", "invited_by").filter(code=message.context.get("invitation", "")).first()
    if invitation is None or not team.is_open(invitation):
        raise compose.Obsolete
    url = compose.MASK if masked else compose.absolute(reverse("team:invitation", args=[team.token_of(invitation)]))
    return {
        "employer": invitation.employer.name,
        "inviter": str(invitation.invited_by),
        "role": invitation.get_role_display(),
        "expires_at": invitation.expires_at,
        "button_url": url,
        "button_label": _("See the invitation"),
        "reason": _("You get this e-mail because somebody entered your address as a colleague’s. If that was a mistake, ignore it."),
    }


def register() -> None:
    compose.register("invitation", build_invitation, template="postings/invitation")
