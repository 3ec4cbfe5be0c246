"""The newest postings of a search as an Atom feed (RFC 4287).

Ids are ``tag:`` URIs (RFC 4151) made from what never changes: the site's own domain, the day of the first
publication and the posting's code. A title may change and a page may move; the entry stays the same one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from postings import presenters
from postings.models import Posting

ENTRIES = 30
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# What XML 1.0 cannot hold, not even escaped.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JobFeed(Atom1Feed):
    """Django's writer, with a language per entry and a moment that stands still when there is no entry."""

    content_type = CONTENT_TYPE

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        attributes: dict[str, str] = super().item_attributes(item)
        return {**attributes, "xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        if not self.items:
            return datetime.combine(datetime.now(UTC).date(), datetime.min.time(), tzinfo=UTC)
        moments: list[datetime] = [item["updateddate"] for item in self.items]
        return max(moments)


def tag_uri(day: date, specific: str) -> str:
    """A name for good. ``day`` is one on which the domain was ours."""
    return f"tag:{settings.MAIL_DOMAIN},{day.isoformat()}:{specific}"


def job_feed(postings: Sequence[Posting], *, title: str, page: str, here: str, language: str) -> JobFeed:
    """``page`` and ``here`` are the paths of the results page and of this feed, with their query."""
    feed = JobFeed(
        title=plain(title),
        link=f"{settings.BASE_URL}{page}",
        description=None,
        language=language,
        feed_url=f"{settings.BASE_URL}{here}",
        # The address of the search names the feed: the parameters come in one order only.
        feed_guid=tag_uri(date(2026, 1, 1), f"feed{here}"),
    )
    for posting in postings:
        _add(feed, posting)
    return feed


def _add(feed: JobFeed, posting: Posting) -> None:
    shown = presenters.shown_text(posting)
    published = posting.published_at or posting.created_at
    feed.add_item(
        title=plain(shown.text.title),
        link=f"{settings.BASE_URL}{posting.get_absolute_url()}",
        description=plain(_summary(posting, shown.text.summary)),
        unique_id=tag_uri(published.astimezone(UTC).date(), f"posting/{posting.code}"),
        pubdate=published,
        updateddate=max(published, posting.updated_at),
        author_name=plain(posting.employer.name),
        categories=(posting.tier, posting.work_type, posting.workplace),
        language=shown.language,
    )


def _summary(posting: Posting, text: str) -> SafeString:
    """The facts that decide, then the posting's own summary, as HTML."""
    place = [presenters.place_text(posting), presenters.workplace_text(posting)]
    facts = [", ".join(place), presenters.pay_hourly_text(posting), presenters.shifts_text(posting), presenters.start_text(posting)]
    lines = format_html_join(SafeString("<br/>"), "{}", [(fact,) for fact in facts if fact])
    return format_html("<p>{}</p><p>{}</p>", lines, text)


def plain(text: str) -> str:
    return NOT_XML.sub("", text)
