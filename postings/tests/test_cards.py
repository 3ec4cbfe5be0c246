"""Cards: one statement that says the same as the rules and presenters that it is faster than."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from postings import presenters
from postings.cards import STATEMENT, cards_html, cards_of
from postings.models import Place, PlaceName, Posting, PostingLanguage, PostingText, StartClass
from postings.search.fit import week_text
from postings.tests.factories import PostingFactory, SiteFactory

pytestmark = pytest.mark.django_db


def ids() -> list[int]:
    return list(Posting.objects.order_by("pk").values_list("pk", flat=True))


def test_open_means_the_same_here_as_in_the_vocabulary() -> None:
    """Every state, with last days around today, at sites that are a day ahead of each other."""
    today = timezone.now().date()
    for zone in ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago", None):
        for days in (None, -2, -1, 0, 1):
            posting = PostingFactory.create(closes_on=None if days is None else today + timedelta(days=days))
            site = SiteFactory.create(employer=posting.employer, time_zone=zone) if zone else None
            Posting.objects.filter(pk=posting.pk).update(site=site)
    for state in ("draft", "paused", "closed"):
        PostingFactory.create(state=state)
    found = {card.id for card in cards_of(ids(), language="en")}
    assert found == set(Posting.objects.open().values_list("pk", flat=True))
    assert 8 <= len(found) < 20


def test_the_order_of_the_ids_is_kept_and_what_is_not_there_is_left_out() -> None:
    first, second, third = (PostingFactory.create() for _number in range(3))
    asked = [third.pk, 10**9, first.pk, second.pk]
    assert [card.id for card in cards_of(asked, language="en")] == [third.pk, first.pk, second.pk]
    assert cards_of([], language="en") == []


def test_one_query_for_any_number_of_cards() -> None:
    for _number in range(3):
        PostingFactory.create(start_in_days=9)
    every = ids()
    with CaptureQueriesContext(connection) as captured:
        assert len(cards_of(every, language="en")) == 3
    assert len(captured) == 1


@pytest.mark.parametrize(("alias", "index"), [("own", "posting_text_titles"), ("l", "posting_languages_in_order")])
def test_titles_and_languages_are_read_from_their_indexes_alone(alias: str, index: str) -> None:
    """Asking for one more column would look up each text where it lies, and texts are most of what the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", [index])
        held = {name for (name,) in cursor.fetchall()}
    asked = set(re.findall(rf"\b{alias}\.(\w+)", STATEMENT))
    assert asked
    assert asked <= held


def variety() -> None:
    PostingFactory.create(start_in_days=20, pay_basis="month", pay_min=Decimal(34000), pay_max=Decimal(38000))
    PostingFactory.create(pay_basis="", pay_min=None, pay_max=None, pay_currency="", training_weeks=0, site=None, city="", country="SE")
    remote = PostingFactory.create(workplace="remote", remote_countries=["NO", "SE"], language="nb", text__title='Agent "Ås", {NULL} \\ å')
    PostingText.objects.create(posting=remote, language="hr", title="NULL")
    PostingLanguage.objects.create(posting=remote, language="sv", level="B1", is_required=False)
    paid = PostingFactory.create(pay_basis="minute", pay_min=Decimal("0.20"), pay_max=Decimal("0.25"), pay_currency="USD", spoken=[])
    for days in (-3, 40, 11):
        StartClass.objects.create(posting=paid, starts_on=timezone.localdate() + timedelta(days=days), seats=abs(days))
    Posting.objects.filter(pk=paid.pk).update(published_at=timezone.now() - timedelta(days=70), is_training_paid=False, shift_mask=1 << 35)
    PostingText.objects.filter(posting=PostingFactory.create(language="ru")).delete()
    PostingText.objects.filter(posting=PostingFactory.create(language="ru", text__title="Bara på svenska")).update(language="sv")


@pytest.mark.parametrize("language", ["en", "nb", "hr"])
def test_a_card_says_what_the_presenters_say(language: str) -> None:
    variety()
    with translation.override(language):
        cards = cards_of(ids(), language=language, week=0b11)
        for card, posting in zip(cards, Posting.objects.for_list().order_by("pk"), strict=True):
            shown = presenters.shown_text(posting)
            assert card.href == posting.get_absolute_url()
            assert (card.title, card.lang) == (shown.text.title, shown.lang)
            assert card.employer == posting.employer.name
            assert (card.place, card.workplace) == (presenters.place_text(posting), presenters.workplace_text(posting))
            assert (card.pay, card.pay_note) == (presenters.pay_hourly_text(posting), presenters.pay_note(posting))
            assert (card.shifts, card.fit[0].text) == (presenters.shifts_text(posting), week_text(posting.shift_mask, 0b11))
            assert (card.languages, card.start) == (presenters.languages_text(posting), presenters.start_text(posting))
            assert (card.training, card.response) == (presenters.training_text(posting), presenters.response_text(posting))
            assert card.posted == presenters.posted_text(posting)


def test_cards_can_be_made_for_another_language_than_the_active_one() -> None:
    PostingFactory.create()
    (card,) = cards_of(ids(), language="nb")
    assert card.href.startswith("/nb/jobs/")
    assert "Norge" in card.place
    assert translation.get_language() == "en"


def test_a_town_in_letters_of_others_is_named_as_the_reader_calls_it() -> None:
    moscow = Place.objects.create(key="RU-moskva", kind="city", country="RU", name="Moskva", latitude=55.8, longitude=37.6)
    PlaceName.objects.create(place=moscow, normalized="moscow", text="Moscow", language="en")
    for city, country in (("Москва", "RU"), ("Урюпинск", "RU"), ("Oslo", "NO")):
        PostingFactory.create(site=None, city=city, country=country)
    for language, places in (
        ("en", ["Moscow, Russia", "Урюпинск, Russia", "Oslo, Norway"]),
        ("nb", ["Moskva, Russland", "Урюпинск, Russland", "Oslo, Norge"]),
        ("ru", ["Москва, Россия", "Урюпинск, Россия", "Oslo, Норвегия"]),
    ):
        with translation.override(language):
            assert [card.place for card in cards_of(ids(), language=language)] == places
            assert [presenters.place_text(posting) for posting in Posting.objects.order_by("pk")] == places


def test_what_people_write_is_escaped_in_both_engines() -> None:
    PostingFactory.create(text__title="<b>Agent</b> & co", employer__name="<i>Acme</i>")
    cards = cards_of(ids(), language="en", week=1)
    html = Template("{% load posting_facts %}{% posting_cards cards level=2 %}").render(Context({"cards": cards}))
    assert html == cards_html(cards, level=2)
    assert "&lt;b&gt;Agent&lt;/b&gt; &amp; co</a></h2>" in html
    assert "<b>Agent" not in html
    assert "<i>Acme" not in html
    assert "Acme" not in cards_html(cards, hide_employer=True)
