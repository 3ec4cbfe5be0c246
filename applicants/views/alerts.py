"""Job alerts for people without an account: asking, confirming, stopping, and one page for all of an address.

Opening a link changes nothing, because mail scanners open links; the button on its page does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from applicants.access import AlertLink, get_alert_by_token
from applicants.alert_mails import label_of, link_of, results_path
from applicants.forms.alerts import AlertForm, ManageForm, kept_search
from applicants.models import JobAlert
from applicants.services import alerts
from callcenter_jobs.accounts.limits import allow, limited, network_key, too_many

HOUR, DAY = 3600, 86_400
ASKED_BY_NETWORK = 30
# Further wishes for one address are not written down that day; the page stays the same.
ASKED_FOR_ADDRESS = 10
# By one network: a mail provider stops alerts for everybody whose mail it holds.
LINK_USES = 5000


# Exempt on purpose: the form stands on the results page, which is the same for everybody and holds no token. It acts
# for nobody, uses no cookie, and whoever forges it could as well send it.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to it, which is the same whatever we know of the address."""
    if request.method != "POST":
        return show_form(request, AlertForm(initial={"email": getattr(request.user, "email", "")}), request.META.get("QUERY_STRING", ""))
    form = AlertForm(request.POST)
    if not form.is_valid():
        return show_form(request, form, form["search"].data or "", status=422)
    verdict = allow("alert-ask", network_key(request), amount=ASKED_BY_NETWORK, seconds=HOUR)
    if not verdict.allowed:
        return too_many(request, verdict)
    asked = form.cleaned_data
    if allow("alert-address", asked["email"].lower(), amount=ASKED_FOR_ADDRESS, seconds=DAY).allowed:
        alerts.ask_for_alert(email=asked["email"], query=asked["search"], language=get_language() or "en", frequency=asked["frequency"])
    context = {"email": asked["email"], "alert": JobAlert(query=asked["search"])}
    return render(request, "applicants/alerts/asked.html", context | words_of(context["alert"]))


def show_form(request: HttpRequest, form: AlertForm, search: str, *, status: int = 200) -> HttpResponse:
    """``search`` is the query of the page that led here. One that is too long to be kept is said so: there is no form for it."""
    context: dict[str, Any] = {"form": form}
    try:
        alert = JobAlert(query=kept_search(search))
    except ValidationError as refused:
        context |= {"too_long": refused.message, "results_url": f"{reverse('public:job_list')}?{search}"}
    else:
        context |= {"search": alert.query, **words_of(alert)}
    return render(request, "applicants/alerts/ask.html", context, status=status)


def words_of(alert: JobAlert) -> dict[str, Any]:
    return {"label": label_of(alert, language=get_language() or "en"), "results_url": results_path(alert)}


def find(token: str, link: AlertLink) -> JobAlert | None:
    try:
        return get_alert_by_token(token, link)
    except Http404:
        return None


def gone(request: HttpRequest) -> HttpResponse:
    """The link is wrong, too old, or its alert was deleted: which of them is nobody's business."""
    return render(request, "applicants/alerts/gone.html", status=404)


def gone_if_deleted(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Another tab may delete the alert after it was found and before it is locked."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except JobAlert.DoesNotExist:
            return gone(request)

    return wrapped


@login_not_required
@limited("alert-confirm", amount=LINK_USES, seconds=HOUR, key=network_key)
@require_http_methods(["GET", "HEAD", "POST"])
@gone_if_deleted
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    alert = find(token, AlertLink.CONFIRM)
    if alert is None:
        return gone(request)
    if request.method == "POST" and alert.is_pending:
        alerts.confirm_alert(alert)
        messages.success(request, _("Your job alert is on."))
        return redirect(link_of(alert, AlertLink.MANAGE))
    return render(request, "applicants/alerts/confirm.html", {"alert": alert, "token": token} | words_of(alert))


# Exempt and open on purpose (RFC 8058): a mail program posts here without a cookie. The link can stop one alert, and
# take it up again, and nothing else.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("alert-stop", amount=LINK_USES, seconds=HOUR, key=network_key)
@gone_if_deleted
def stop(request: HttpRequest, token: str) -> HttpResponse:
    alert = find(token, AlertLink.STOP)
    if alert is None:
        return gone(request)
    is_full = False
    if request.method == "POST" and request.POST.get("again") == "1":
        try:
            alert = alerts.resume_alert(alert)
        except alerts.AddressFull:
            is_full = True
    elif request.method == "POST":
        alert = alerts.stop_alert(alert)
    context = {"alert": alert, "here": request.path, "was_sent": request.method == "POST", "is_full": is_full}
    return render(request, "applicants/alerts/stop.html", context | words_of(alert))


@login_not_required
@limited("alert-manage", amount=LINK_USES, seconds=HOUR, key=network_key)
@require_http_methods(["GET", "HEAD", "POST"])
@gone_if_deleted
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """All alerts of the address that the link was sent to."""
    alert = find(token, AlertLink.MANAGE)
    if alert is None:
        return gone(request)
    if request.method == "POST":
        form = ManageForm(request.POST)
        if not form.is_valid():
            raise Http404
        if form.cleaned_data["action"] == "delete_all":
            alerts.delete_alerts(alert.email)
            return render(request, "applicants/alerts/deleted.html")
        change(request, JobAlert.objects.of_address(alert.email).get(code=form.cleaned_data["alert"]), form)
        return redirect("alerts:manage", token)
    rows = [{"alert": item, **words_of(item)} for item in JobAlert.objects.of_address(alert.email)]
    return render(request, "applicants/alerts/manage.html", {"email": alert.email, "rows": rows, "token": token})


def change(request: HttpRequest, alert: JobAlert, form: ManageForm) -> None:
    match form.cleaned_data["action"]:
        case "confirm":
            alerts.confirm_alert(alert)
            messages.success(request, _("Your job alert is on."))
        case "stop":
            alerts.stop_alert(alert)
            messages.success(request, _("The job alert is stopped."))
        case "resume":
            try:
                alerts.resume_alert(alert)
            except alerts.AddressFull:
                messages.warning(request, _("You have as many job alerts as one address can have. Stop another one first."))
            else:
                messages.success(request, _("Your job alert is on."))
        case frequency:
            alerts.change_frequency(alert, frequency=frequency)
            messages.success(request, _("Saved."))
