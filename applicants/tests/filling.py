"""What a person types on the apply screens, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from applicants.forms.screens import question_key
from applicants.models import ApplicationDraft
from applicants.services.applying import Filled
from postings.models import Posting

WEEKDAYS_BY_DAY = [str(day * 5 + 1) for day in range(5)]


def contact(**changes: Any) -> dict[str, Any]:
    return {"name": "Cora Lind", "email": "cora@example.com", "phone": "", "language": "nb", "time_zone": "", **changes}


def week(posting: Posting, **changes: Any) -> dict[str, Any]:
    levels = {f"level_{item.language}": "B2" for item in posting.languages.all()}
    return {"week": WEEKDAYS_BY_DAY, **levels, **changes}


def finish(posting: Posting, **changes: Any) -> dict[str, Any]:
    questions = posting.screening_questions.filter(is_active=True)
    keys = [question_key(question) for question in questions]
    return {"asked": ",".join(keys), **dict.fromkeys(keys, "yes"), "consent": "on", **changes}


def filled(**changes: Any) -> Filled:
    values: dict[str, Any] = {
        "name": "Cora Lind",
        "email": "cora@example.com",
        "language": "nb",
        "availability_mask": 0b10,
        "languages": [("en", "B2")],
    }
    return Filled(**{**values, **changes})


def begin(client: Client, posting: Posting, **changes: Any) -> ApplicationDraft:
    """Post the first screen; the draft that it made."""
    response = client.post(reverse("apply:start", args=[posting.code]), contact(**changes))
    assert response.status_code == 303, response.content.decode()
    return ApplicationDraft.objects.latest("pk")


def start_url(posting: Posting) -> str:
    return reverse("apply:start", args=[posting.code])


def url(draft: ApplicationDraft, screen: str) -> str:
    return reverse("apply:screen", args=[draft.posting.code, draft.key, screen])


def sent_url(draft: ApplicationDraft) -> str:
    return reverse("apply:sent", args=[draft.posting.code, draft.key])


def fill_to_the_end(client: Client, posting: Posting, **changes: Any) -> ApplicationDraft:
    """Both first screens; only the last one remains."""
    draft = begin(client, posting, **changes)
    response = client.post(url(draft, "week"), week(posting))
    assert response.status_code == 303, response.content.decode()
    return draft
