"""What search engines may list, each page in every language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from postings.enums import VersionState
from postings.models import Employer, Posting, Role
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


class PostingSitemap(PortalSitemap):
    def items(self) -> QuerySet[Posting]:
        return Posting.objects.open().prefetch_related("texts")

    def lastmod(self, item: Posting) -> datetime:
        return item.updated_at


class EmployerSitemap(PortalSitemap):
    def items(self) -> QuerySet[Employer]:
        return known_employers().order_by("pk")

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
