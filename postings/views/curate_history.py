"""Who changed what in the library, newest first."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callcenter_jobs.accounts.models import User
from postings.forms.library_facts import HistoryFilterForm
from postings.models import LibraryEvent
from postings.presenters_facts import href_of, of_event
from postings.views.curate_common import rights

PER_PAGE = 30
MOST_PEOPLE = 200


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    rights(request)
    people = User.objects.filter(pk__in=LibraryEvent.objects.order_by().values("by").distinct()).order_by("name", "email")[:MOST_PEOPLE]
    form = HistoryFilterForm(request.GET, people=[(str(person.pk), str(person)) for person in people])
    form.is_valid()  # a choice that does not exist filters nothing
    chosen = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    events = LibraryEvent.objects.select_related("by")
    for name, column in (("area", "area"), ("language", "language"), ("person", "by_id")):
        if chosen[name]:
            events = events.filter(**{column: chosen[name]})
    if chosen["key"]:
        events = events.filter(key__icontains=chosen["key"])
    rows = list(_before(events, request.GET.get("before", ""))[: PER_PAGE + 1])
    query = request.GET.copy()
    query["before"] = str(rows[PER_PAGE - 1].pk) if len(rows) > PER_PAGE else ""
    context = {
        "rows": [(event, of_event(event), href_of(event.area, event.key, event.language)) for event in rows[:PER_PAGE]],
        "older": query.urlencode() if query["before"] else "",
        "is_newest": not request.GET.get("before"),
        "form": form,
        "is_filtered": any(chosen.values()),
    }
    return render(request, "postings/curate/history.html", context)


def _before(events: QuerySet[LibraryEvent], cursor: str) -> QuerySet[LibraryEvent]:
    """What is older than the event ``cursor``; a cursor that is none shows the newest."""
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        return events
    last = LibraryEvent.objects.filter(pk=int(cursor)).first()
    return events.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else events
