"""One employer, one recruiter who is signed in, one open posting: what a chaos run starts from. Prints it as JSON."""

from __future__ import annotations

import json

import django


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from callcenter_jobs.accounts.tests.factories import UserFactory
    from postings.tests.factories import EmployerFactory, MembershipFactory, PostingFactory

    employer = EmployerFactory.create(slug="northline", name="Northline")
    rosa = UserFactory.create(email="rosa@example.com", name="Rosa Berg")
    MembershipFactory.create(user=rosa, employer=employer)
    posting = PostingFactory.create(employer=employer, questions=1, start_in_days=30)
    session = SessionStore()
    session[SESSION_KEY] = str(rosa.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = rosa.get_session_auth_hash()
    session.save()
    print(
        json.dumps(
            {"employer": employer.slug, "posting": posting.code, "cookie": settings.SESSION_COOKIE_NAME, "session": session.session_key}
        )
    )


if __name__ == "__main__":
    main()
