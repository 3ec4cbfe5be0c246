"""What the demo accounts of a local run share. They exist only there: see ``callcenter_jobs.checks``."""

from __future__ import annotations

from typing import Any

DEMO_DOMAIN = "demo.openline.example"
DEMO_PASSWORD = "quiet-headset-42"  # noqa: S105 - published on purpose


def demo_sign_ins() -> list[dict[str, str]]:
    """Address and a short label of every demo account, teams first."""
    from django.apps import apps
    from django.utils import translation

    from callcenter_jobs.accounts.models import User

    rows: list[tuple[int, dict[str, str]]] = []
    memberships: dict[int, Any] = {}
    keepers: dict[int, Any] = {}
    if apps.is_installed("postings"):
        for found in apps.get_model("postings", "Membership").objects.filter(user__is_demo=True).select_related("employer"):
            memberships.setdefault(found.user_id, found)
        keepers = {found.user_id: found for found in apps.get_model("postings", "LibraryMember").objects.all()}
    with translation.override("en"):
        for user in User.objects.filter(is_demo=True, email__endswith=f"@{DEMO_DOMAIN}").order_by("pk"):
            member = memberships.get(user.pk)
            if member is not None:
                what, place = f"{str(member.get_role_display()).lower()} at {member.employer}", 0
            elif user.is_superuser:
                what, place = "operator (/admin/)", 2
            elif user.pk in keepers:
                what, place = f"{str(keepers[user.pk].get_role_display()).lower()} of the role library", 1
            else:
                what, place = "candidate", 3
            rows.append((place, {"email": user.email, "label": f"{user.get_short_name()}, {what}"}))
    return [row for _place, row in sorted(rows, key=lambda found: found[0])]
