"""What the curators of the demo find on their desk: searches that led nowhere, and a draft that waits for a review."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from callcenter_jobs.accounts.models import User
from postings.models import MissedSearch, RoleTemplate
from postings.services import library_templates

# Term, language, how often a week.
MISSED = (
    ("webb chatter", "sv", 9),
    ("kundestøttemedarbeider", "nb", 6),
    ("helpline agent", "en", 5),
    ("telefonska centrala", "hr", 4),
    ("диспетчер линии поддержки", "ru", 3),
)
WEEKS = 6
REVIEWED = "agent-order-taking"


def make_work(people: dict[str, User]) -> None:
    """Needs the shipped library; a template that is not there (tests load a part) is left out."""
    today = timezone.localdate()
    MissedSearch.objects.bulk_create(
        MissedSearch(term=term, language=language, day=today - timedelta(weeks=week), count=count + week % 3)
        for term, language, count in MISSED
        for week in range(WEEKS)
    )
    template = RoleTemplate.objects.filter(role__key=REVIEWED).first()
    if template is None:
        return
    draft = library_templates.start_template_draft(template, by=people["ada"])
    text = draft.texts.get(language="en")
    content = text.content() | {"nice_to_haves": [*text.nice_to_haves, "Work in a warehouse, a kitchen or with deliveries"]}
    library_templates.save_template_text(draft, language="en", content=content, by=people["ada"])
    library_templates.submit_template(draft, by=people["ada"], note="One more nice-to-have")
