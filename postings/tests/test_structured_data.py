"""JobPosting as JSON-LD: complete, true to the page, and safe inside a script element."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from postings.models import Posting
from postings.structured_data import description, job_posting, script_text
from postings.tests.factories import PostingFactory

pytestmark = pytest.mark.django_db


def data_of(posting: Posting) -> dict[str, Any]:
    fresh = Posting.objects.for_page().get(pk=posting.pk)
    text = fresh.text_in(fresh.language)
    assert text is not None
    data: dict[str, Any] = json.loads(script_text(job_posting(fresh, text, url="/jobs/x/")))
    return data


def test_everything_that_search_engines_require_is_there() -> None:
    posting = PostingFactory.create(closes_on=date(2030, 5, 31))
    data = data_of(posting)
    assert data["@type"] == "JobPosting"
    assert data["title"] == "Customer service agent"
    assert data["datePosted"] == posting.published_at.date().isoformat()
    assert data["validThrough"] == "2030-05-31T23:59:59+02:00"
    assert data["hiringOrganization"]["name"] == posting.employer.name
    assert data["jobLocation"]["address"] == {"@type": "PostalAddress", "addressLocality": "Oslo", "addressCountry": "NO"}
    assert data["identifier"]["value"] == posting.code
    assert data["employmentType"] == "FULL_TIME"
    assert data["baseSalary"] == {
        "@type": "MonetaryAmount",
        "currency": "NOK",
        "value": {"@type": "QuantitativeValue", "minValue": 210.0, "maxValue": 245.0, "unitText": "HOUR"},
    }
    assert data["description"] != data["title"]
    assert data["directApply"] is True


def test_an_open_end_has_no_last_day() -> None:
    assert "validThrough" not in data_of(PostingFactory.create())


def test_remote_work_names_countries_and_no_place() -> None:
    data = data_of(PostingFactory.create(workplace="remote", remote_countries=["NO", "SE"]))
    assert data["jobLocationType"] == "TELECOMMUTE"
    assert [country["name"] for country in data["applicantLocationRequirements"]] == ["NO", "SE"]
    assert "jobLocation" not in data


def test_hybrid_work_is_not_called_remote() -> None:
    data = data_of(PostingFactory.create(workplace="hybrid"))
    assert "jobLocationType" not in data
    assert data["jobLocation"]["address"]["addressLocality"] == "Oslo"


def test_pay_per_minute_is_given_per_hour() -> None:
    data = data_of(PostingFactory.create(pay_basis="minute", pay_min=Decimal("0.20"), pay_max=Decimal("0.20"), pay_currency="USD"))
    assert data["baseSalary"]["value"] == {"@type": "QuantitativeValue", "minValue": 9.0, "maxValue": 9.0, "unitText": "HOUR"}


def test_pay_that_is_not_stated_is_left_out() -> None:
    assert "baseSalary" not in data_of(PostingFactory.create(pay_basis="", pay_min=None, pay_max=None, pay_currency=""))


def test_a_closing_script_tag_stays_text() -> None:
    title = "</script><script>alert(1)</script> & <!--"
    posting = PostingFactory.create(text__title=title)
    fresh = Posting.objects.for_page().get(pk=posting.pk)
    text = fresh.text_in("en")
    assert text is not None
    written = script_text(job_posting(fresh, text, url="/jobs/x/"))
    assert "<" not in written
    assert json.loads(written)["title"] == title


def test_description_escapes_what_was_written() -> None:
    posting = PostingFactory.create(text__summary="<img src=x onerror=alert(1)>", text__duties=[{"text": "<b>Call</b>", "share": None}])
    text = Posting.objects.for_list().get(pk=posting.pk).text_in("en")
    assert text is not None
    html = description(text)
    assert "<img" not in html
    assert "<li>&lt;b&gt;Call&lt;/b&gt;</li>" in html
