"""Every new posting in exactly one mail of an alert: none twice, none left out."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.http import QueryDict
from django.utils import timezone, translation

from applicants import tasks
from applicants.services import alert_sending, alerts
from applicants.services.alert_sending import LISTED, send_due
from applicants.tests.factories import JobAlertFactory
from callcenter_jobs.outbox import compose, queue
from callcenter_jobs.outbox.models import Message
from postings import saved_searches
from postings.filters import PostingFilter
from postings.models import Posting
from postings.tests.factories import EmployerFactory, PostingFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def new(*, hours_ago: float = 5, **values: Any) -> Posting:
    return PostingFactory.create(published_at=timezone.now() - timedelta(hours=hours_ago), **values)


def mails() -> list[Message]:
    return list(Message.objects.filter(kind=alerts.MATCHES).order_by("pk"))


def text_of(mail: Message) -> str:
    return compose.bodies_of(mail)[0]


def test_a_mail_lists_what_is_new_with_its_facts_and_says_how_to_stop() -> None:
    new(hours_ago=60)
    posting = new(text__title="Night agent")
    alert = JobAlertFactory.create(query="tier=agent")
    assert send_due().mails == 1
    [mail] = mails()
    assert mail.subject == "1 new job: Agent"
    text, html, _context = compose.bodies_of(mail)
    for fact in ("Night agent", posting.employer.name, "Oslo", "210–245 per hour", posting.get_absolute_url(), "Stop these e-mails"):
        assert fact in text, fact
    assert "Night agent" in html
    assert text.count("per hour") == 1, "the older one was there before the alert"
    wire = message_from_bytes(compose.build(mail), policy=policy.default)
    assert wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/alerts/stop/{alert.code}-" in wire["List-Unsubscribe"]
    assert wire["List-Id"] == f"<job-alerts.{django_settings.MAIL_DOMAIN}>"
    assert alert.code not in "".join(compose.bodies_of(mail, masked=True)[:2])


def test_nothing_new_writes_nothing_and_looks_again_after_a_period() -> None:
    new(tier="manager")
    alert = JobAlertFactory.create(query="tier=agent", frequency="weekly")
    run = send_due()
    assert (run.looked, run.mails, run.is_finished) == (1, 0, True)
    alert.refresh_from_db()
    assert alert.due_at
    assert alert.due_at > timezone.now() + timedelta(days=6)
    assert timezone.now() - alert.told_until < timedelta(minutes=6)
    assert alert.last_sent_at is None


def test_at_most_one_mail_a_period() -> None:
    JobAlertFactory.create()
    new()
    send_due()
    new(hours_ago=-1)
    assert send_due().looked == 0
    send_due(at=timezone.now() + DAY)
    assert len(mails()) == 2


def test_what_is_not_confirmed_or_is_stopped_gets_nothing() -> None:
    new()
    JobAlertFactory.create(pending=True)
    alerts.stop_alert(JobAlertFactory.create())
    assert send_due().looked == 0


def test_each_posting_stands_in_exactly_one_mail() -> None:
    """Postings at random moments, runs at random moments, some on the very edge of a window."""
    chance = random.Random(7)
    start = timezone.now() - timedelta(days=2)
    alert = JobAlertFactory.create(created_at=start, due_at=start)
    employer = EmployerFactory.create()
    told: list[int] = []
    published: list[int] = []
    now = start
    for _round in range(7):
        previous, now = now, now + timedelta(days=1, minutes=chance.randrange(300))
        moments = [previous + (now - previous) * chance.random() for _ in range(chance.randrange(4))]
        # One microsecond before the edge, on it, and after it.
        edge = now - alert_sending.SETTLED
        moments += [edge + timedelta(microseconds=step) for step in (-1, 0, 1)]
        published += [PostingFactory.create(employer=employer, published_at=moment).pk for moment in moments]
        send_due(at=now)
    send_due(at=now + 2 * DAY)
    for mail in mails():
        assert mail.context["total"] == len(mail.context["postings"])
        told += mail.context["postings"]
    assert sorted(told) == sorted(published)
    assert alert.code in mails()[0].about


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_time_double_nothing() -> None:
    new()
    for number in range(6):
        JobAlertFactory.create(query=f"q=customer&tier=agent{'&lang=en' * (number % 2)}")
    runs = []

    def run() -> None:
        try:
            runs.append(send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(run.mails for run in runs) == len(mails()) == 6
    assert len({mail.to_addr for mail in mails()}) == 6


def test_a_run_that_dies_halfway_loses_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    new()
    for _ in range(3):
        JobAlertFactory.create()
    real, calls = queue.enqueue, []

    def dies(**fields: Any) -> Message:
        calls.append(1)
        message = real(**fields)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return message

    monkeypatch.setattr(queue, "enqueue", dies)
    with pytest.raises(KeyboardInterrupt):
        send_due()
    monkeypatch.setattr(queue, "enqueue", real)
    send_due()
    assert len({mail.to_addr for mail in mails()}) == len(mails()) == 3


def test_one_that_cannot_be_worked_out_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    new()
    broken, sound = JobAlertFactory.create(query="tier=agent"), JobAlertFactory.create()
    real = saved_searches.found_by

    def found_by(query: str, **values: Any) -> saved_searches.Found:
        if query:
            raise RuntimeError(query)
        return real(query, **values)

    monkeypatch.setattr(saved_searches, "found_by", found_by)
    assert send_due().mails == 1
    monkeypatch.undo()
    assert send_due().mails == 1
    assert [mail.to_addr for mail in mails()] == [sound.email, broken.email]


@pytest.mark.parametrize("query", [f"starts={timezone.localdate() - DAY}", "start=2026-01&start=2025-12", "employer=gone&tier=agent"])
def test_a_search_that_is_past_ends_and_says_so(query: str) -> None:
    new()
    alert = JobAlertFactory.create(query=query)
    assert send_due().mails == 1
    alert.refresh_from_db()
    assert alert.stopped_at
    [mail] = Message.objects.all()
    assert (mail.kind, mail.subject) == (alerts.ENDED, "Your job alert has ended")
    assert "/alerts/manage/" in text_of(mail)


def test_what_has_closed_meanwhile_is_left_out() -> None:
    first, second = new(text__title="Night agent"), new(text__title="Day agent")
    JobAlertFactory.create()
    send_due()
    Posting.objects.filter(pk=first.pk).update(closes_on=timezone.localdate() - DAY)
    text = text_of(mails()[0])
    assert "Day agent" in text
    assert "Night agent" not in text
    Posting.objects.filter(pk=second.pk).update(closes_on=timezone.localdate() - DAY)
    with pytest.raises(compose.Obsolete):
        text_of(mails()[0])


def test_of_many_ten_are_listed_and_the_rest_counted() -> None:
    employer = EmployerFactory.create()
    for _ in range(LISTED + 2):
        new(employer=employer)
    JobAlertFactory.create()
    send_due()
    text = text_of(mails()[0])
    assert mails()[0].subject == "12 new jobs: All open jobs"
    assert text.count("210–245 per hour") == LISTED
    assert "And 2 more." in text


@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_every_mail_is_whole_in_every_language(language: str) -> None:
    new()
    alert = JobAlertFactory.create(language=language, query="lang=en&tier=agent&workplace=on_site")
    send_due()
    contexts: list[tuple[str, dict[str, Any]]] = [(alerts.CONFIRM, {"variant": variant}) for variant in (alerts.KNOWN, alerts.FULL)]
    written = [*mails()]
    for kind, extra in [*contexts, (alerts.ENDED, {})]:
        written.append(
            queue.enqueue(kind=kind, to=alert.email, language=language, context={"alert": alert.code, **extra}, dedupe_key=f"{kind}{extra}")
        )
    pending = JobAlertFactory.create(pending=True, language=language)
    alerts.ask_for_alert(email=pending.email, query="", language=language, frequency="weekly")
    written.append(Message.objects.latest("pk"))
    prefix = "" if language == "en" else f"/{language}"
    for mail in written:
        text, html, _context = compose.bodies_of(mail)
        assert f"http://127.0.0.1:8000{prefix}/alerts/" in text, mail.kind
        assert "{" not in text
        assert f'lang="{language}"' in html


def test_the_label_is_in_the_readers_language() -> None:
    with translation.override("nb"):
        assert saved_searches.words_of("q=helg&country=NO&lang=nb", language="nb") == ["«helg»", "Norsk bokmål", "Norge"]


def test_what_is_too_much_for_one_run_goes_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.send_alerts, "apply_async", lambda **options: asked.append(options))
    new()
    JobAlertFactory.create()
    assert tasks.send_alerts() == 1
    assert asked == []
    monkeypatch.setattr(alert_sending, "send_due", lambda **_options: alert_sending.Run(looked=7, mails=2))
    assert tasks.send_alerts() == 2
    assert len(asked) == 1
    assert asked[0]["expires"] == 3000


def test_an_alert_finds_what_the_page_shows() -> None:
    """The alert asks the tables, the page the index; they must not differ."""
    northline = EmployerFactory.create(slug="northline", name="Northline")
    new(employer=northline, text__title="Night agent", spoken=[("nb", "C1")], start_in_days=10)
    new(employer=northline, workplace="remote", remote_countries=["SE", "NO"], pay_min=180, pay_max=200)
    new(role__key="team-lead", role__tier="team_lead", employment_type="part_time", hours_min=20, hours_max=25, text__title="Team lead")
    queries = [
        "", "q=night", "q=agent+-night", "q=%22night+agent%22", "where=Oslo", "where=Sweden", "country=SE",
        "tier=team_lead&tier=agent", "role=team-lead", "channel=chat", "lang=nb&level=B2", "day=sun",
        "band=early&workplace=remote", "hours=20to30", "currency=NOK&pay=205", "training=paid&experience=none",
        "employer=northline", "start=open", "fit=whole&week=0&week=1", "city=NO-oslo&employment=part_time",
    ]  # fmt: skip
    now, total = timezone.now(), 0
    for query in queries:
        page = PostingFilter(QueryDict(query), language="en").answer(limit=50)
        found = saved_searches.found_by(query, language="en", since=now - DAY, until=now, limit=50)
        assert (sorted(found.ids), found.total) == (sorted(page.ids), page.total), query
        total += found.total
    assert 15 < total < len(queries) * 3
