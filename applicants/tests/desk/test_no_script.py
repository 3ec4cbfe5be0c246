"""The recruiter's day without a script: forms and links only, as the pages offer them."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from applicants.models import Application
from applicants.tests.desk.scene import many
from postings.models import Posting


def link(html: str, words: str) -> str:
    """The address of the link with these words."""
    found = next(href for href, text in re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL) if words in text)
    return unescape(found)


def form(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    body = next(
        body for target, body in re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', html, re.DOTALL) if target.endswith(action)
    )
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
    return {name: unescape(value) for name, value in hidden if name != "csrfmiddlewaretoken"}


def test_home_board_move_reject_undo_and_bulk(as_rosa: Client, posting: Posting) -> None:
    people = many(posting, 4)
    home = as_rosa.get("/desk/northline/").content.decode()
    board_url = link(home, posting.title)
    board = as_rosa.get(board_url).content.decode()

    # one person, by the link on the card
    page = as_rosa.get(link(board, f"Move to…<i> {people[0].name}</i>")).content.decode()
    answer = as_rosa.post(
        f"/desk/northline/applications/{people[0].code}/move/", {**form(page, "/move/"), "stage": "2-interview"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == board_url
    board = answer.content.decode()
    assert f"{people[0].name} is now in “Interview”." in board

    # the next one is rejected, and taken back by the link in the message
    page = as_rosa.get(link(board, f"Move to…<i> {people[1].name}</i>")).content.decode()
    answer = as_rosa.post(
        f"/desk/northline/applications/{people[1].code}/reject/", {**form(page, "/reject/"), "disposition": "shifts"}, follow=True
    )
    undo_url = link(answer.content.decode(), "Undo the rejection")
    page = as_rosa.get(undo_url).content.decode()
    answer = as_rosa.post(undo_url, form(page, "/undo/"), follow=True)
    assert "was told nothing" in answer.content.decode()

    # the last two together: check the boxes, preview, confirm
    board = as_rosa.get(board_url).content.decode()
    chosen = [value for value in re.findall(r'name="card" value="([^"]+)"', board) if value[:26] in {people[2].code, people[3].code}]
    preview = as_rosa.post(f"{board_url}bulk/", {**form(board, "/bulk/"), "card": chosen, "stage": "1-screening", "action": "move"})
    page = preview.content.decode()
    assert "Move 2 people to “Phone screen”?" in page
    confirmed = {**form(page, "/bulk/"), "card": re.findall(r'name="card" value="([^"]+)"', page), "note": ""}
    answer = as_rosa.post(f"{board_url}bulk/", confirmed, follow=True)
    assert "2 people are now in “Phone screen”." in answer.content.decode()

    kinds = dict(Application.objects.values_list("pk", "stage__kind"))
    assert [kinds[person.pk] for person in people] == ["interview", "applied", "screening", "screening"]
