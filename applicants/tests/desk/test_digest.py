"""The team's digest: each application in exactly one, and a link that stops it."""

from __future__ import annotations

import re
import threading
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applicants import pipeline
from applicants.models import Application
from applicants.services import digest
from applicants.tasks import new_applications_digest
from applicants.tests.desk.scene import many
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import compose, queue
from callcenter_jobs.outbox.models import Message
from postings.models import Employer, Membership, Posting


def digests() -> list[Message]:
    return list(Message.objects.filter(kind=digest.KIND).order_by("pk"))


def test_one_digest_per_reader_in_their_language(rosa: User, nora: User, ivan: User, otto: User, posting: Posting) -> None:
    User.objects.filter(pk=nora.pk).update(language="nb")
    many(posting, 3)
    assert new_applications_digest() == 2
    assert {(mail.to_addr, mail.language) for mail in digests()} == {("rosa@example.com", "en"), ("nora@example.com", "nb")}
    assert digests()[0].subject == "3 new applications to Northline"


def test_each_application_stands_in_exactly_one(rosa: User, posting: Posting) -> None:
    many(posting, 2)
    new_applications_digest()
    assert new_applications_digest() == 0
    many(posting, 1)
    new_applications_digest()
    assert [mail.subject for mail in digests()] == ["2 new applications to Northline", "1 new application to Northline"]


def test_a_run_that_dies_halfway_loses_nothing(rosa: User, nora: User, posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    many(posting, 2)
    real, calls = queue.enqueue, []

    def dies(**fields: object) -> Message:
        calls.append(fields)
        if len(calls) == 2:
            raise ConnectionError
        return real(**fields)  # type: ignore[arg-type]

    monkeypatch.setattr(queue, "enqueue", dies)
    with pytest.raises(ConnectionError):
        new_applications_digest()
    assert digests() == []
    monkeypatch.setattr(queue, "enqueue", real)
    assert new_applications_digest() == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_the_same_time_double_nothing(rosa: User, posting: Posting) -> None:
    many(posting, 5)

    def run() -> None:
        try:
            new_applications_digest()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [int(mail.subject.split()[0]) for mail in digests()]
    assert sum(counted) == 5


def test_who_wants_none_gets_none_and_no_flood_later(rosa: User, posting: Posting) -> None:
    membership = Membership.objects.get(user=rosa)
    digest.set_digest(membership, wanted=False)
    many(posting, 2)
    assert new_applications_digest() == 0
    digest.set_digest(membership, wanted=True)
    assert new_applications_digest() == 0


def test_names_stay_at_the_desk(rosa: User, posting: Posting) -> None:
    people = many(posting, 2)
    new_applications_digest()
    text, html, _context = compose.bodies_of(digests()[0])
    for person in people:
        for secret in (person.name, person.email, person.code):
            assert secret not in text + html
    assert reverse("hiring:board", args=["northline", posting.code]) in text


def test_who_withdrew_before_it_was_sent_is_not_counted(rosa: User, posting: Posting) -> None:
    people = many(posting, 2)
    new_applications_digest()
    pipeline.withdraw(people[0])
    text, _html, _context = compose.bodies_of(digests()[0])
    assert "1 new application\n" in text
    pipeline.withdraw(people[1])
    with pytest.raises(compose.Obsolete):
        compose.bodies_of(digests()[0])


def test_a_member_who_left_gets_nothing(rosa: User, posting: Posting) -> None:
    many(posting, 1)
    new_applications_digest()
    Membership.objects.all().delete()
    with pytest.raises(compose.Obsolete):
        compose.bodies_of(digests()[0])


def test_the_headers_offer_one_click(rosa: User, posting: Posting) -> None:
    many(posting, 1)
    new_applications_digest()
    mail = message_from_bytes(compose.build(digests()[0]), policy=policy.default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Precedence"] == "bulk"
    assert re.fullmatch(r"<https?://.+/digest/[^/]+/>", mail["List-Unsubscribe"].strip())


def test_one_click_stops_it_without_signing_in_and_opening_does_not(rosa: User, posting: Posting) -> None:
    membership = Membership.objects.get(user=rosa)
    address = reverse("hiring:digest_off", args=["northline", digest.off_token(membership)])
    many(posting, 1)
    new_applications_digest()
    strict = Client(enforce_csrf_checks=True)
    assert "Stop these e-mails?" in strict.get(address).content.decode()
    membership.refresh_from_db()
    assert membership.wants_digest
    response = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert "Stopped" in response.content.decode()
    membership.refresh_from_db()
    assert not membership.wants_digest
    assert digests()[0].state == "cancelled", "one that still waits is taken back"
    assert "You get them again" in strict.post(address, {"again": "1"}).content.decode()


def test_a_link_works_for_its_own_employer_and_person_only(client: Client, rosa: User, otto: User, northline: Employer) -> None:
    token = digest.off_token(Membership.objects.get(user=rosa))
    foreign = digest.off_token(Membership.objects.get(user=otto))
    for slug, value in (("fjordline", token), ("northline", foreign), ("northline", token[:-1]), ("northline", "x"), ("nowhere", token)):
        assert client.post(reverse("hiring:digest_off", args=[slug, value])).status_code == 404
    assert Membership.objects.filter(wants_digest=True).count() == 2


def test_the_switch_at_the_desk_is_ones_own(as_rosa: Client, rosa: User, nora: User) -> None:
    as_rosa.post(reverse("hiring:digest", args=["northline"]), {"wanted": "0"})
    assert not Membership.objects.get(user=rosa).wants_digest
    assert Membership.objects.get(user=nora).wants_digest
    as_rosa.post(reverse("hiring:digest", args=["northline"]), {"wanted": "1"})
    assert Membership.objects.get(user=rosa).wants_digest


def test_an_employer_nobody_reads_for_keeps_no_backlog(posting: Posting) -> None:
    many(posting, 1)
    new_applications_digest()
    assert not Application.objects.filter(digested_at=None).exists()
