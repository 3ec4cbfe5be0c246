from __future__ import annotations

import pytest

from callcenter_jobs.lib.phones import international


@pytest.mark.parametrize(
    ("stored", "read"),
    [("+4722334455", "+47 22 33 44 55"), ("+37126123456", "+371 26 123 456"), ("", ""), ("not a number", "not a number")],
)
def test_a_stored_number_is_shown_as_people_read_it(stored: str, read: str) -> None:
    assert international(stored) == read
