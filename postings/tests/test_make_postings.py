"""The generator of made-up postings: what it makes could have been made by people, and the database is whole afterwards."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from postings.management.made_postings import loading, rows
from postings.management.made_postings.world import make_world
from postings.models import (
    InterviewPlan,
    Place,
    PlaceName,
    Posting,
    PostingRevision,
    PostingText,
    RoleTemplate,
    Site,
    Stage,
    TemplateText,
    TemplateVersion,
)
from postings.services.publishing import problems_of, record_edit
from postings.tests.factories import RoleFactory, TitleAliasFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 2)
# By name and kind: PostgreSQL writes the same condition in another way once it has read its own writing.
SCHEMA = """
SELECT conname, contype || convalidated FROM pg_constraint WHERE conrelid::regclass::text LIKE 'postings_%'
UNION ALL SELECT x.indexrelid::regclass::text, x.indisunique || ' ' || x.indisvalid
    FROM pg_index x WHERE x.indrelid::regclass::text LIKE 'postings_%'
UNION ALL SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'postings_%' AND NOT tgisinternal
ORDER BY 1, 2
"""


@pytest.fixture
def library() -> None:
    """One role with words in all languages, with quotes and backslashes where they hurt, and one town."""
    role = RoleFactory.create()
    version = TemplateVersion.objects.create(
        template=RoleTemplate.objects.create(role=role),
        number=1,
        state="published",
        channels=["voice", "chat"],
        published_at="2026-01-01T00:00Z",
    )
    for language in ("en", "nb", "sv", "hr", "ru"):
        TemplateText.objects.create(
            version=version,
            language=language,
            title=f"Agent «{language}»",
            summary='You answer "all" callers. C:\\temp is not a place for notes. You learn a lot.',
            duties=[{"text": f'Duty {number} with "quotes" and \\ backslashes', "share": 20} for number in range(5)],
            must_haves=["One\\two", 'Three "four"', "Five"],
            nice_to_haves=["Six", "Seven"],
            measures=[{"name": "Quality", "typical": "85 %"}, {"name": "Time", "typical": "5–7 min"}],
            preview={"contacts": "50", "hard": "It is.", "good": "It is, too."},
            reports_to='The "lead"',
            call_to_action="Apply.",
        )
        TitleAliasFactory.create(role=role, language=language, text=f"helper {language}", normalized=f"helper {language}")
    oslo = Place.objects.create(key="NO-oslo", kind="city", country="NO", name="Oslo", latitude=59.9, longitude=10.7, population=700_000)
    PlaceName.objects.create(place=oslo, normalized="oslo", text="Oslo", is_own=True)


def schema() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return cursor.fetchall()


def make(**options: Any) -> None:
    call_command("make_postings", count=200, seed=3, day=DAY, stdout=io.StringIO(), **options)


def test_postings_are_as_people_would_make_them_and_the_database_is_whole_again(library: None) -> None:
    before = schema()
    make()
    assert schema() == before
    assert Posting.objects.count() == 200
    assert Posting.objects.open(on=DAY).count() == 120
    live = list(Posting.objects.open(on=DAY).for_page())
    assert [posting.code for posting in live if problems_of_on(posting, DAY)] == []
    assert Stage.objects.filter(plan__posting__in=live).count() == 7 * len(live)
    assert InterviewPlan.objects.filter(posting__isnull=False).count() == 200
    assert not PostingText.objects.filter(search=None).exists()
    assert {text.language for text in PostingText.objects.all()} == {"en", "nb", "sv", "hr", "ru"}
    assert {site.place and site.place.key for site in Site.objects.filter(city="Oslo").select_related("place")} <= {"NO-oslo"}
    # The revision is what a publication would have kept: keeping it again adds none.
    for posting in live[:40]:
        assert record_edit(posting, by=None).number == 1
    assert PostingRevision.objects.count() == Posting.objects.filter(state__in=["open", "paused"]).count()


def problems_of_on(posting: Posting, day: date) -> list[tuple[str, str]]:
    """What keeps a posting from being public, but for days that have passed since ``day``."""
    return [problem for problem in problems_of(posting) if problem[0] not in {"closes_on", "start_classes"}]


def test_the_same_seed_makes_the_same_postings_and_another_one_others(library: None) -> None:
    def made(seed: int) -> dict[str, str]:
        world = make_world(count=200, live=120, seed=seed, day=DAY)
        chunk = rows.make_chunk(world, rows.Bases(employer=1, site=1, plan=1, posting=1), 0)
        return {table: lines.getvalue() for table, lines in chunk.tables.items()}

    assert made(3) == made(3)
    assert made(3)["postings_postingtext"] != made(4)["postings_postingtext"]


def test_more_postings_join_those_that_are_there(library: None) -> None:
    make()
    with pytest.raises(CommandError, match="Use another --seed"):
        make(processes=1)
    call_command("make_postings", count=50, seed=4, day=DAY, stdout=io.StringIO())
    assert Posting.objects.count() == 250
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM postings_searchchange")
        assert cursor.fetchone()[0] > 0


def test_a_run_that_was_broken_off_is_cleared_away_by_the_next(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema()

    def stop(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loading, "load_history", stop)
        with pytest.raises(KeyboardInterrupt):
            make()
    assert schema() != before
    make()
    assert schema() == before
    assert Posting.objects.count() == 200
