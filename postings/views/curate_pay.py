"""Pay figures: the list with its drawing, and the editor of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from callcenter_jobs.ui.pagination import paginate
from postings.access import LibraryRight
from postings.forms.library_facts import PayFigureForm, PayFilterForm
from postings.models import PayFigure
from postings.presenters_facts import amount_of, differences, pay_charts
from postings.services import library_pay
from postings.services.library import LibraryRefused
from postings.views.curate_common import actor, rights

PER_PAGE = 40


@require_safe
def pay_list(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    figures = PayFigure.objects.select_related("role").prefetch_related("role__titles").order_by("country", "tier", "position", "key")
    codes = list(PayFigure.objects.order_by("country").values_list("country", flat=True).distinct())
    form = PayFilterForm(request.GET, country_codes=codes)
    form.is_valid()  # a choice that does not exist filters nothing
    for name in ("tier", "country"):
        if form.cleaned_data.get(name):
            figures = figures.filter(**{name: form.cleaned_data[name]})
    if form.cleaned_data.get("role"):
        figures = figures.filter(role__key=form.cleaned_data["role"])
    page = paginate(request, figures, per_page=PER_PAGE)
    context = {
        "page": page,
        "rows": [(figure, amount_of(figure)) for figure in page],
        "charts": pay_charts(page.items),
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "may": may,
    }
    return render(request, "postings/curate/pay_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pay_new(request: HttpRequest) -> HttpResponse:
    may = rights(request, LibraryRight.EDIT)
    form = PayFigureForm(request.POST or None, initial={"is_active": True, "country": "NO", "currency": "NOK"})
    if request.method == "POST" and form.is_valid():
        figure = library_pay.add_figure(form.values(), by=actor(request))
        messages.success(request, _("Saved."))
        return redirect("curate:pay_figure", figure.key)
    return render_form(request, "postings/curate/pay_figure.html", {"form": form, "figure": None, "may": may})


@require_http_methods(["GET", "HEAD", "POST"])
def pay_figure(request: HttpRequest, key: str) -> HttpResponse:
    may = rights(request, LibraryRight.EDIT if request.method == "POST" else LibraryRight.VIEW)
    figure = get_object_or_404(PayFigure.objects.select_related("role", "edited_by"), key=key)
    form = PayFigureForm(request.POST or None, figure=figure, initial={"seen": library_pay.fingerprint(figure)})
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            library_pay.save_figure(figure, form.values(), by=actor(request), seen=form.cleaned_data["seen"])
        except library_pay.FigureChanged as clash:
            form.add_error(None, clash.message)
            conflict = _conflict(clash.current, form)
            form.data = {**request.POST.dict(), "seen": library_pay.fingerprint(clash.current)}
        except LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:pay_figure", key)
    return render_form(
        request,
        "postings/curate/pay_figure.html",
        {"form": form, "figure": figure, "conflict": conflict, "may": may, "amount": amount_of(figure)},
    )


def _conflict(current: PayFigure, form: PayFigureForm) -> list[object]:
    """What stands there now against what was typed, field by field."""
    now, typed = library_pay.shown_fields(current), library_pay.shown_fields(PayFigure(key=current.key, **form.values()))
    names = [name for name in dict.fromkeys([*now, *typed]) if now.get(name) != typed.get(name)]
    return [*differences({"name": name, "before": now.get(name, ""), "after": typed.get(name, "")} for name in names)]


@post_or_back("curate:pay_list")
def pay_remove(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    library_pay.remove_figure(get_object_or_404(PayFigure, key=key), by=actor(request))
    messages.success(request, _("The figure is removed. The history keeps what it said."))
    return redirect("curate:pay_list")
