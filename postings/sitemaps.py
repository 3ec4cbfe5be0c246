"""What search engines may list, each page in every language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import DateTimeField, F, Max, Prefetch, QuerySet, Value
from django.urls import reverse
from django.utils import translation

from callcenter_jobs.cache import slowly_aging
from postings.enums import VersionState
from postings.models import Employer, Posting, PostingText, Role
from postings.search.employers import known_employers


class PortalSitemap(Sitemap):  # type: ignore[type-arg]  # generic only in its stubs
    i18n = True
    alternates = True
    x_default = True
    # Five languages with six alternates each: well below the 50 MB of the protocol.
    limit = 2000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme


class PageSitemap(PortalSitemap):
    def items(self) -> list[str]:
        return ["home", "job_list", "employer_list", "role_list", "practice", "salaries"]

    def location(self, item: str) -> str:
        return reverse(f"public:{item}")


class LongSitemap(PortalSitemap):
    """Rows by the hundred thousand: a page of the map is a range of keys, so that no row is read but those it shows.

    Which ranges hold anything may be half an hour old. A crawler that comes in between finds a new row in its range, and
    the next time a new range; whether a row may be shown is asked for each page.
    """

    step = 500

    def items(self) -> QuerySet[Any]:
        raise NotImplementedError

    def last_change(self) -> Any:
        """The aggregate that dates a range; without one, nothing is said about changes."""
        return Max(Value(None, output_field=DateTimeField()))

    def ranges(self) -> list[tuple[int, datetime | None]]:
        def found() -> list[tuple[int, datetime | None]]:
            numbered = self.items().order_by().annotate(number=F("pk") / self.step)
            return list(numbered.values("number").annotate(changed=self.last_change()).order_by("number").values_list("number", "changed"))

        fresh, kept = 120 * settings.FRONT_PAGE_SECONDS, 360 * settings.FRONT_PAGE_SECONDS
        return slowly_aging(f"sitemap:{type(self).__name__}", found, fresh=fresh, kept=kept)

    @property
    def paginator(self) -> Paginator[tuple[int, datetime | None]]:
        return Paginator(self.ranges(), 1)

    def get_latest_lastmod(self) -> datetime | None:
        return max((changed for _number, changed in self.ranges() if changed), default=None)

    def _urls(self, page: int | str, protocol: str, domain: str) -> list[dict[str, Any]]:
        """The languages of a page differ by the start of its address only."""
        urls: list[dict[str, Any]] = []
        starts = {language: f"{protocol}://{domain}{self._start(language)}" for language, _name in settings.LANGUAGES}
        for number, _changed in self.paginator.page(page):
            for item in self.items().filter(pk__gte=number * self.step, pk__lt=(number + 1) * self.step).order_by("pk"):
                with translation.override(settings.LANGUAGE_CODE):
                    path = self.location(item)
                alternates = [{"location": start + path, "lang_code": language} for language, start in starts.items()]
                alternates.append({"location": starts[settings.LANGUAGE_CODE] + path, "lang_code": "x-default"})
                shared = {"item": item, "lastmod": self.lastmod(item), "changefreq": None, "priority": "", "alternates": alternates}
                urls += [{**shared, "location": start + path} for start in starts.values()]
        return urls

    def lastmod(self, item: Any) -> datetime | None:
        return None

    @staticmethod
    def _start(language: str) -> str:
        with translation.override(language):
            return reverse("public:home").removesuffix("/")


class PostingSitemap(LongSitemap):
    def items(self) -> QuerySet[Posting]:
        titles = Prefetch("texts", PostingText.objects.only("posting", "language", "title"))
        return Posting.objects.open().only("code", "language", "updated_at").prefetch_related(titles)

    def last_change(self) -> Any:
        return Max("updated_at")

    def lastmod(self, item: Posting) -> datetime:
        return item.updated_at


class EmployerSitemap(LongSitemap):
    def items(self) -> QuerySet[Employer]:
        return known_employers().only("slug")

    def location(self, item: Employer) -> str:
        return reverse("public:employer", args=[item.slug])


class RoleSitemap(PortalSitemap):
    def items(self) -> QuerySet[Role]:
        return Role.objects.filter(is_active=True, template__versions__state=VersionState.PUBLISHED)

    def location(self, item: Role) -> str:
        return reverse("public:role", args=[item.key])


SITEMAPS: dict[str, type[PortalSitemap]] = {
    "pages": PageSitemap,
    "jobs": PostingSitemap,
    "employers": EmployerSitemap,
    "roles": RoleSitemap,
}
