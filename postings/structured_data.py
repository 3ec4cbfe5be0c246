"""JobPosting and Occupation as JSON-LD (schema.org), for search engines.

Only for open postings and published roles, one per page, and nothing that the page does not show. Source of the
rules: developers.google.com/search/docs/appearance/structured-data/job-posting, schema.org/Occupation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from postings import presenters
from postings.enums import EmploymentType, Industry, PayBasis, PayMeasure, PayPeriod, Workplace
from postings.models import PayFigure, Posting, PostingText, Role, TemplateText

EMPLOYMENT = {
    EmploymentType.FULL_TIME: "FULL_TIME",
    EmploymentType.PART_TIME: "PART_TIME",
    EmploymentType.TEMPORARY: "TEMPORARY",
    EmploymentType.CONTRACTOR: "CONTRACTOR",
}
# Google knows no pay per minute or per call; those are given per hour as the page shows them.
UNITS = {PayBasis.HOUR: "HOUR", PayBasis.MONTH: "MONTH", PayBasis.YEAR: "YEAR"}
EDUCATION = {
    "none": "no requirements",
    "secondary": "high school",
    "vocational": "postsecondary degree",
    "bachelor": "bachelor degree",
    "master": "postgraduate degree",
}
ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_text(data: dict[str, Any]) -> SafeString:
    """JSON that nothing written in a posting can end: ``</script>`` in a title stays text."""
    text = json.dumps(data, ensure_ascii=False, default=_plain)
    # One after the other: ``translate`` would look at every letter, and there are thousands.
    for sign, escape in ESCAPES.items():
        text = text.replace(sign, escape)
    return mark_safe(text)  # noqa: S308  every sign that could end the script is an escape now


def job_posting(posting: Posting, text: PostingText, *, url: str) -> dict[str, Any]:
    """The posting in the words of ``text``. Empty parts are left out."""
    base = settings.BASE_URL
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": text.title,
        "description": description(text),
        "inLanguage": text.language,
        "datePosted": posting.published_at.date().isoformat() if posting.published_at else None,
        "validThrough": _last_moment(posting),
        "url": f"{base}{url}",
        "identifier": {"@type": "PropertyValue", "name": posting.employer.name, "value": posting.code},
        "hiringOrganization": {
            "@type": "Organization",
            "name": posting.employer.name,
            "sameAs": posting.employer.website or f"{base}{reverse('public:employer', args=[posting.employer.slug])}",
        },
        "employmentType": EMPLOYMENT[EmploymentType(posting.employment_type)],
        "directApply": True,
        "totalJobOpenings": posting.openings,
        "industry": str(Industry(posting.employer.industry).label),
        "workHours": presenters.hours_text(posting),
        "jobBenefits": ", ".join(presenters.benefit_names(posting)),
        "occupationalCategory": _codes(posting.role),
        "baseSalary": _salary(posting),
        "educationRequirements": {"@type": "EducationalOccupationalCredential", "credentialCategory": EDUCATION[posting.education]},
        "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": posting.experience_months}
        if posting.experience_months
        else "no requirements",
        **_where(posting),
    }
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


DURATIONS = {PayPeriod.HOUR: "PT1H", PayPeriod.MONTH: "P1M", PayPeriod.YEAR: "P1Y"}
MEASURES = {PayMeasure.MEDIAN: "median", PayMeasure.P10: "percentile10", PayMeasure.P90: "percentile90"}


def occupation(role: Role, text: TemplateText, figures: Iterable[PayFigure], *, url: str) -> dict[str, Any]:
    """A kind of work as schema.org/Occupation. Estimated pay holds only published medians and tenths."""
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Occupation",
        "name": role.title_in(text.language),
        "description": text.summary,
        # An occupation has no language, the page about it has.
        "mainEntityOfPage": {"@type": "WebPage", "@id": f"{settings.BASE_URL}{url}", "inLanguage": text.language},
        "responsibilities": "; ".join(str(duty.get("text", "")) for duty in text.duties if isinstance(duty, dict)),
        "qualifications": "; ".join(map(str, text.must_haves)),
        "occupationalCategory": _codes(role),
        "sameAs": role.esco_uri,
        "estimatedSalary": _distributions(figures),
    }
    places = sorted({entry.pop("country") for entry in data["estimatedSalary"]})
    data["occupationLocation"] = [{"@type": "Country", "name": code} for code in places]
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _distributions(figures: Iterable[PayFigure]) -> list[dict[str, Any]]:
    """One distribution per source, year and narrower group; ``country`` goes with each, for the caller to take out."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for figure in figures:
        if figure.measure not in MEASURES or figure.period not in DURATIONS or figure.industry or figure.employer_name:
            continue
        key = (figure.source_name, figure.year, figure.country, figure.currency, figure.period)
        entry = found.setdefault(
            key,
            {
                "@type": "MonetaryAmountDistribution",
                "name": f"{figure.source_name}, {figure.year}" if figure.year else figure.source_name,
                "currency": figure.currency,
                "duration": DURATIONS[PayPeriod(figure.period)],
                "country": figure.country,
            },
        )
        entry[MEASURES[PayMeasure(figure.measure)]] = figure.amount
    return list(found.values())


def description(text: PostingText) -> str:
    """The whole text as the little HTML that search engines accept; written text is escaped."""
    parts = [f"<p>{conditional_escape(text.summary)}</p>"]
    lists = (
        [str(duty.get("text", "")) for duty in text.duties if isinstance(duty, dict)],
        [str(item) for item in text.must_haves],
        [str(item) for item in text.nice_to_haves],
        [body for _heading, body in presenters.preview_parts(text.preview)],
    )
    for items in lists:
        if items:
            parts.append("<ul>" + "".join(f"<li>{conditional_escape(item)}</li>" for item in items) + "</ul>")
    if text.call_to_action:
        parts.append(f"<p>{conditional_escape(text.call_to_action)}</p>")
    return "".join(parts)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _last_moment(posting: Posting) -> str | None:
    """The end of the last day where the job is; none while it is open until closed."""
    if posting.closes_on is None:
        return None
    try:
        zone: Any = ZoneInfo(posting.site.time_zone) if posting.site else UTC
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return (datetime.combine(posting.closes_on + timedelta(days=1), time(), tzinfo=zone) - timedelta(seconds=1)).isoformat()


def _where(posting: Posting) -> dict[str, Any]:
    site = posting.site
    if posting.workplace == Workplace.REMOTE:
        countries = posting.remote_countries or [posting.country]
        return {
            "jobLocationType": "TELECOMMUTE",
            "applicantLocationRequirements": [{"@type": "Country", "name": code} for code in countries],
        }
    address = {
        "@type": "PostalAddress",
        "streetAddress": site.street if site else "",
        "postalCode": site.postal_code if site else "",
        "addressLocality": posting.city,
        "addressRegion": site.region if site else "",
        "addressCountry": posting.country,
    }
    return {"jobLocation": {"@type": "Place", "address": {name: value for name, value in address.items() if value}}}


def _salary(posting: Posting) -> dict[str, Any] | None:
    if posting.pay_min is None or posting.pay_max is None:
        return None
    unit = UNITS.get(PayBasis(posting.pay_basis))
    low, high = (posting.pay_min, posting.pay_max) if unit else (posting.hourly_min, posting.hourly_max)
    value = {"@type": "QuantitativeValue", "minValue": low, "maxValue": high, "unitText": unit or "HOUR"}
    return {"@type": "MonetaryAmount", "currency": posting.pay_currency, "value": value}


def _codes(role: Role) -> list[dict[str, Any]]:
    codes = (("ISCO-08", role.isco), ("O*NET-SOC", role.soc))
    return [
        {"@type": "CategoryCode", "inCodeSet": {"@type": "CategoryCodeSet", "name": where}, "codeValue": code}
        for where, code in codes
        if code
    ]
