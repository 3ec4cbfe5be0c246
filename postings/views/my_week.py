"""What the visitor can and wants: said once, kept on the device, without an account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from postings.forms.my_week import ROWS_AT_FIRST, MyWeekForm
from postings.saved_searches import canonical_query
from postings.search.fit import MOST_LANGUAGES, Wishes, forget, remember, wishes_of

SEARCH_LENGTH = 2_000


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_week(request: HttpRequest) -> HttpResponse:
    """The form. ``search`` is the query of the results to go back to."""
    sent = request.POST if request.method == "POST" else None
    search = _search(request)
    if sent is not None and "forget" in sent:
        messages.success(request, _("Forgotten. This device no longer knows what you can and want."), extra_tags="focus")
        response = redirect(f"{reverse('public:my_week')}?{search.urlencode()}" if search else "public:my_week")
        forget(response)
        return response
    wishes = wishes_of(request)
    if sent is None:
        form = MyWeekForm(wishes=wishes, rows=len(wishes.languages) + (1 if wishes.languages else ROWS_AT_FIRST))
    else:
        form = MyWeekForm(sent, wishes=wishes, rows=_rows(sent))
        if "add" in sent:
            # Nothing is checked yet: the same answers with one more row.
            form = MyWeekForm(wishes=wishes, rows=form.rows + 1)
            form.initial = {name: sent.getlist(name) if name == "week" else sent.get(name, "") for name in form.fields}
        elif form.is_valid():
            return _found(search, form.wishes)
    context = {"form": form, "search": search.urlencode(), "knows": bool(wishes), "added": sent is not None and "add" in sent}
    return render(request, "postings/public/my_week.html", context)


def _search(request: HttpRequest) -> QueryDict:
    """The search that the visitor came from, made anew from its usable parts: nothing else gets into an address of ours."""
    given = request.POST.get("search", "") if request.method == "POST" else request.GET.get("search", "")
    return QueryDict(canonical_query(QueryDict(given[:SEARCH_LENGTH]), language=get_language() or "en"), mutable=True)


def _rows(sent: QueryDict) -> int:
    """How many rows of languages the form had."""
    return sum(f"language_{row}" in sent for row in range(MOST_LANGUAGES))


def _found(search: QueryDict, wishes: Wishes) -> HttpResponse:
    """To the results, the best fit first; without a wish, as they were."""
    search.pop("week", None)
    if wishes:
        search["sort"] = "fit"
    query = f"?{search.urlencode()}" if search else ""
    response = HttpResponseRedirect(f"{reverse('public:job_list')}{query}")
    remember(response, wishes)
    return response
