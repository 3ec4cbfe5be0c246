"""Applications that lack only their last screen, for `bench_search`. Prints one JSON object a line: path, body, cookie."""

from __future__ import annotations

import argparse
import json
import secrets
import string
from urllib.parse import urlencode

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--tag", default="x", help="part of the made-up e-mail addresses: another one for every run")
    options = parser.parse_args()
    django.setup()
    from django.conf import settings

    from applicants.forms.screens import FinishForm
    from applicants.services.drafts import start_draft
    from applicants.views import apply_screens as screens
    from postings.models import Posting, ScreeningQuestion

    live = Posting.objects.open().order_by("-published_at")
    asking = live.filter(pk__in=ScreeningQuestion.objects.values("posting"))
    # Half of them to postings that ask questions: most real ones do.
    codes = [*asking.values_list("code", flat=True)[: (options.number + 1) // 2], *live.values_list("code", flat=True)[: options.number]]
    secret = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
    for turn, code in enumerate(codes[: options.number]):
        form_asks, _draft = screens.get_asking(code)
        posting = form_asks.posting
        person = {
            "name": f"Visitor {turn}",
            "email": f"{options.tag}-{turn}@bench.example",
            "language": posting.language,
            "leave_empty": "",
        }
        week = {"week": ["0", "1", "2", "5", "6", "7"], **{f"level_{spoken.language}": "C1" for spoken in form_asks.languages}}
        draft = start_draft(posting=posting, language=posting.language, data={screens.CONTACT: person, screens.WEEK: week})
        form = screens.form_for(screens.QUESTIONS, form_asks)
        assert isinstance(form, FinishForm)
        answers = {"asked": form.asked_now, "consent": "on", "leave_empty": "", "csrfmiddlewaretoken": secret}
        for bound in form.question_fields():
            choices = [value for value, _label in getattr(bound.field, "choices", []) if value]
            answers[bound.html_name] = choices[0] if choices else "3"
        path = screens.screen_url(posting, draft, screens.QUESTIONS)
        print(json.dumps({"path": path, "body": urlencode(answers), "cookie": f"{settings.CSRF_COOKIE_NAME}={secret}"}))


if __name__ == "__main__":
    main()
