"""What a posting's facts say in words, per language."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from postings import presenters
from postings.models import PaySupplement, Posting, PostingLanguage, PostingText, StartClass
from postings.presenters_pay import bonus_text
from postings.shifts import ShiftGrid
from postings.tests.factories import EmployerFactory, PostingFactory

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    """Without the no-break spaces that Babel sets."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_pay_per_hour_is_said_once_and_with_its_currency() -> None:
    posting = PostingFactory.create()
    assert plain(presenters.pay_text(posting)) == "NOK 210–245 per hour"
    assert presenters.pay_note(posting) == ""
    with translation.override("nb"):
        assert "210–245" in plain(presenters.pay_text(posting))
        assert "kr" in presenters.pay_text(posting)


def test_monthly_pay_is_shown_per_hour_beside_the_figure_that_the_employer_states() -> None:
    posting = PostingFactory.create(pay_basis="month", pay_min=Decimal(34000), pay_max=Decimal(38000))
    assert plain(presenters.pay_hourly_text(posting)) == "NOK 209–234 per hour"
    assert plain(presenters.pay_note(posting)) == "NOK 34,000–38,000 per month"
    month = presenters.typical_month(posting)
    assert month is not None
    assert (month.low, month.high) == (Decimal(34000), Decimal(38000))


def test_a_typical_month_runs_from_fewest_hours_to_most() -> None:
    posting = PostingFactory.create(hours_min=Decimal(20), hours_max=Decimal(30), pay_min=Decimal(120), pay_max=Decimal(120))
    month = presenters.typical_month(posting)
    assert month is not None
    assert (month.low, month.high, month.hours) == (Decimal(10400), Decimal(15600), "20–30 hours a week")


def test_an_estimate_is_called_one() -> None:
    posting = PostingFactory.create(pay_basis="minute", pay_min=Decimal("0.20"), pay_max=Decimal("0.25"), pay_currency="USD")
    assert presenters.pay_hourly_text(posting) == "about $9.00–11.25 per hour"
    assert presenters.pay_text(posting) == "$0.20–0.25 per minute on the phone"


def test_missing_pay_is_said_and_not_left_blank() -> None:
    posting = PostingFactory.create(pay_basis="", pay_min=None, pay_max=None, pay_currency="")
    assert presenters.pay_text(posting) == "Pay not stated"
    assert presenters.pay_hourly_text(posting) == "Pay not stated"
    assert presenters.typical_month(posting) is None
    assert presenters.pay_note(posting) == ""


def test_supplements_are_a_share_or_an_amount() -> None:
    posting = PostingFactory.create(has_bonus=True, has_commission=True)
    PaySupplement.objects.create(posting=posting, kind="evening", percent=Decimal(25))
    PaySupplement.objects.create(posting=posting, kind="language", amount=Decimal(15))
    said = [(extra.label, plain(extra.value)) for extra in presenters.supplements(posting)]
    assert said == [("Evening", "25% on top"), ("Extra language", "NOK 15 per hour on top")]
    assert bonus_text(posting) == "Bonus and commission"


def test_place_of_remote_work_names_where_one_may_live() -> None:
    on_site = PostingFactory.create()
    remote = PostingFactory.create(workplace="remote", remote_countries=["NO", "SE"])
    wide = PostingFactory.create(workplace="remote", remote_countries=["NO", "SE", "DK", "FI"])
    assert presenters.place_text(on_site) == "Oslo, Norway"
    assert presenters.place_text(remote) == "From Norway or Sweden"
    assert presenters.place_text(wide) == "From 4 countries"
    assert presenters.workplace_text(remote) == "Remote"


def test_languages_carry_their_level_and_a_plus_is_called_one() -> None:
    posting = PostingFactory.create(spoken=[("nb", "C1")])
    PostingLanguage.objects.create(posting=posting, language="sv", level="B1", is_required=False)
    assert presenters.languages_text(posting) == "Norwegian Bokmål C1"
    assert [fact.text for fact in presenters.language_facts(posting)] == ["Norwegian Bokmål C1", "Swedish B1 is a plus"]


def test_experience_and_training_are_counted_in_the_right_unit() -> None:
    posting = Posting(experience_months=0, training_weeks=0)
    assert presenters.experience_text(posting) == "No experience needed"
    assert presenters.training_text(posting) == ""
    assert presenters.experience_text(Posting(experience_months=6)) == "6 months of experience"
    assert presenters.experience_text(Posting(experience_months=24)) == "2 years of experience"
    assert presenters.training_text(Posting(training_weeks=1, is_training_paid=True)) == "1 week of paid training"
    assert presenters.training_text(Posting(training_weeks=3, is_training_paid=False)) == "3 weeks of unpaid training"


def test_hours_keep_a_half_and_drop_an_empty_one() -> None:
    assert presenters.hours_text(Posting(hours_min=Decimal("37.5"), hours_max=Decimal("37.5"))) == "37.5 hours a week"
    assert presenters.hours_text(Posting(hours_min=Decimal("40.0"), hours_max=Decimal("40.0"))) == "40 hours a week"


def test_the_first_start_to_come_is_named_and_past_ones_are_not() -> None:
    posting = PostingFactory.create()
    today = date(2026, 2, 1)
    assert presenters.start_text(posting, today=today) == "Start by agreement"
    for day, seats in ((date(2026, 1, 12), 9), (date(2026, 4, 6), 25), (date(2026, 3, 2), 1)):
        StartClass.objects.create(posting=posting, starts_on=day, seats=seats)
    posting = Posting.objects.for_list().get(pk=posting.pk)
    assert presenters.start_text(posting, today=today) == "Starts Mar 2, 1 seat"
    assert [(fact.date, fact.seats_text) for fact in presenters.start_classes(posting, today=today)] == [
        ("March 2, 2026", "1 seat"),
        ("April 6, 2026", "25 seats"),
    ]


def test_age_and_last_day_are_counted_in_days() -> None:
    now = timezone.now()
    assert presenters.posted_text(Posting(published_at=now)) == "Posted today"
    assert presenters.posted_text(Posting(published_at=now - timedelta(days=3))) == "Posted 3 days ago"
    assert presenters.posted_text(Posting(published_at=now - timedelta(days=65))) == "Posted 2 months ago"
    assert presenters.posted_text(Posting()) == ""
    assert presenters.closes_text(Posting(closes_on=date(2026, 3, 2)), today=date(2026, 2, 1)) == "Apply by Mar 2"
    assert presenters.closes_text(Posting(closes_on=date(2026, 3, 2)), today=date(2026, 3, 2)) == "Last day to apply: today"
    assert presenters.closes_text(Posting()) == ""


def test_fit_says_what_is_missing() -> None:
    need = ShiftGrid.of([(0, 1), (1, 1), (5, 3), (6, 3)]).mask
    posting = Posting(shift_mask=need)
    assert presenters.fit_fact(posting, None) is None
    part = presenters.fit_fact(posting, ShiftGrid.of([(0, 1), (1, 1), (5, 3)]).mask)
    assert part is not None
    assert (part.percent, part.missing) == (75, "Sun evening")
    whole = presenters.fit_fact(posting, need)
    assert whole is not None
    assert (whole.percent, whole.missing) == (100, "")
    none = presenters.fit_fact(posting, ShiftGrid.of([(3, 0)]).mask)
    assert none is not None
    assert none.percent == 0


def test_text_falls_back_to_the_postings_own_language_and_says_so() -> None:
    posting = PostingFactory.create(language="nb", text__title="Kundeserviceagent")
    shown = presenters.shown_text(posting)
    assert (shown.text.title, shown.language, shown.lang) == ("Kundeserviceagent", "nb", "nb")
    PostingText.objects.create(posting=posting, language="en", title="Customer service agent")
    posting = Posting.objects.for_list().get(pk=posting.pk)
    shown = presenters.shown_text(posting)
    assert (shown.text.title, shown.lang) == ("Customer service agent", "")
    assert presenters.spoken_elsewhere(posting) == ["en", "nb"]


def test_about_falls_back_to_the_employers_main_language() -> None:
    employer = EmployerFactory.build(language="sv", about={"sv": "Vi svarar.", "en": ""})
    shown = presenters.about_shown(employer)
    assert shown is not None
    assert (shown.text, shown.lang) == ("Vi svarar.", "sv")
    assert presenters.about_shown(EmployerFactory.build(about={})) is None


def test_filters_are_usable_in_templates() -> None:
    posting = PostingFactory.create()
    page = Template("{% load posting_facts %}{{ posting|pay_text }} | {{ posting|hours_text }} | {{ 45|share_text }}{{ None|share_text }}")
    assert plain(page.render(Context({"posting": posting}))) == "NOK 210–245 per hour | 37.5 hours a week | 45%"


@pytest.mark.parametrize("language", ["en", "nb", "sv", "hr", "ru"])
def test_every_fact_can_be_said_in_every_language(language: str) -> None:
    posting = PostingFactory.create(workplace="remote", remote_countries=["HR", "NO"], start_in_days=20, benefits=["health"])
    with translation.override(language):
        for function in (
            presenters.pay_text, presenters.pay_hourly_text, presenters.place_text, presenters.languages_text, presenters.hours_text,
            presenters.shifts_text, presenters.training_text, presenters.experience_text, presenters.start_text, presenters.response_text,
            presenters.posted_text, presenters.minimum_age_text, presenters.openings_text, presenters.channels_text,
        ):  # fmt: skip
            said = function(posting)
            assert said, function.__name__
            assert "%(" not in said
