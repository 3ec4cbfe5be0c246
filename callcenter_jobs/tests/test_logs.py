from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings

from callcenter_jobs.logs import MaskPrivateLinks, RefusalsOnOneLine


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/status/K7M2PX94QR-0123abcd/withdraw/", "/status/…/withdraw/"),
        ("/nb/invitation/0123abcd/", "/nb/invitation/…/"),
        ("/apply/JXNWD46S3H/SECRETKEY/contact/", "/apply/JXNWD46S3H/…/contact/"),
        ("/desk/northline/digest/CODE:mac/", "/desk/northline/digest/…/"),
        ("/account/password/reset/key/3-c9x-abc/", "/account/password/reset/key/…/"),
        ("/jobs/agent-JXNWD46S3H/", "/jobs/agent-JXNWD46S3H/"),
    ],
)
def test_the_log_keeps_no_private_link(address: str, kept: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (address,), None)
    assert MaskPrivateLinks().filter(record)
    assert record.getMessage() == f"Not Found: {kept}"


def test_every_handler_masks() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert all(handler["filters"] == ["mask_private_links"] for handler in handlers.values())


def test_a_refusal_is_one_line_and_a_fault_keeps_its_traceback() -> None:
    fault = (ValueError, ValueError("x"), None)
    kept = []
    for level in (logging.WARNING, logging.ERROR):
        record = logging.LogRecord("django.request", level, "", 0, "Forbidden: %s", ("/curate/",), fault)
        assert RefusalsOnOneLine().filter(record)
        kept.append(record.exc_info is not None)
    assert kept == [False, True]
    assert any(isinstance(item, RefusalsOnOneLine) for item in logging.getLogger("django.request").filters)
