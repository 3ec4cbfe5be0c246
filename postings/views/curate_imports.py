"""Import and export: what to download, what to upload, and the dry run of an upload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from callcenter_jobs.ui.pagination import paginate
from callcenter_jobs.uploads import CappedUploadHandler
from postings.access import LibraryRight
from postings.enums import ImportState, LibraryAction, LibraryArea
from postings.forms.library_facts import UploadForm
from postings.models import LibraryImport, PayFigure, QuestionText, TitleAlias
from postings.presenters_facts import differences, href_of
from postings.services import library_export, library_import
from postings.services.library import LibraryRefused
from postings.services.library_remarks import pay_remarks
from postings.services.library_tables import REASON, TABLES, Unreadable, csv_lines
from postings.services.library_uploads import MOST_BYTES, read_upload
from postings.views.curate_common import actor, rights

R = TypeVar("R", HttpResponse, StreamingHttpResponse)
PER_PAGE = 25
IMPORTS_SHOWN = 50
PROBLEMS_SHOWN = 50


class ImportUploadHandler(CappedUploadHandler):
    """A library may be larger than a résumé."""

    most = MOST_BYTES


# --- out ----------------------------------------------------------------------------------------


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    counts = {
        "titles": TitleAlias.objects.count(),
        "pay": PayFigure.objects.count(),
        "questions": QuestionText.objects.filter(question__version__state="published").count(),
    }
    return render(request, "postings/curate/export.html", {"counts": counts, "may": may})


@require_safe
def export_zip(request: HttpRequest) -> HttpResponse:
    rights(request)
    return _download(HttpResponse(library_export.library_zip(), content_type="application/zip"), "library", "zip")


@require_safe
def export_table(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    rights(request)
    if name not in TABLES:
        raise Http404
    return _csv(csv_lines(TABLES[name].columns, TABLES[name].rows()), name)


def _csv(lines: Iterator[bytes], name: str) -> StreamingHttpResponse:
    return _download(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), name, "csv")


def _download(response: R, name: str, ending: str) -> R:
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{ending}"'
    return response


# --- in -----------------------------------------------------------------------------------------


@csrf_exempt  # checked by the inner view: the handler of the upload must be chosen before the form is read
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    rights(request, LibraryRight.IMPORT if request.method == "POST" else LibraryRight.VIEW)
    if request.method == "POST":
        request.upload_handlers = [ImportUploadHandler(request)]
    return _import_list(request)


@csrf_protect
def _import_list(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            reading = read_upload(file.name, file.read(), part=form.cleaned_data["part"], language=form.cleaned_data["language"])
        except Unreadable as refusal:
            form.add_error("file", refusal.message)
        else:
            item = library_import.propose(reading, file_name=file.name, by=actor(request))
            return redirect("curate:import", item.code)
    imports = LibraryImport.objects.select_related("created_by", "applied_by").defer("payload", "changes", "problems")
    return render_form(request, "postings/curate/import_list.html", {"form": form, "imports": imports[:IMPORTS_SHOWN], "may": may})


def _import_of(request: HttpRequest, code: str, need: LibraryRight = LibraryRight.VIEW) -> LibraryImport:
    rights(request, need)
    return get_object_or_404(LibraryImport.objects.select_related("created_by", "applied_by").defer("payload"), code=code)


@require_safe
def import_detail(request: HttpRequest, code: str) -> HttpResponse:
    item = _import_of(request, code)
    area, action = request.GET.get("area", ""), request.GET.get("action", "")
    changes = [change for change in item.changes if area in {"", change["area"]} and action in {"", change["action"]}]
    page = paginate(request, changes, per_page=PER_PAGE)
    remarks = pay_remarks(item) if any(change["area"] == LibraryArea.PAY for change in page) else {}
    context = {
        "item": item,
        "may": rights(request),
        "page": page,
        "rows": [
            {
                **change,
                "area_label": LibraryArea(change["area"]).label,
                "action_label": LibraryAction(change["action"]).label,
                "differences": differences(change["fields"]),
                "remarks": remarks.get(change["key"], []) if change["area"] == LibraryArea.PAY else [],
                "is_new": change["action"] == "created",
                "href": "" if change["action"] == "created" else href_of(change["area"], change["key"], change["language"]),
            }
            for change in page
        ],
        "counts": [
            (LibraryArea(name).label, LibraryAction(kind).label, number, f"?area={name}&action={kind}", (name, kind) == (area, action))
            for name, kind, number in library_import.counts(item).rows
        ],
        "is_filtered": bool(area or action),
        "problems": item.problems[:PROBLEMS_SHOWN],
        "problem_count": len(item.problems),
        "is_open": item.state == ImportState.PROPOSED,
    }
    return render(request, "postings/curate/import.html", context)


@post_or_back("curate:import", "code")
def import_apply(request: HttpRequest, code: str) -> HttpResponse:
    item = _import_of(request, code, LibraryRight.IMPORT)
    try:
        library_import.apply(item, by=actor(request), leave_out=bool(request.POST.get("leave_out")))
    except library_import.MovedOn as moved:
        messages.warning(request, moved.message)
    except LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        done = len(item.changes)
        messages.success(request, ngettext("%(number)d change is made.", "%(number)d changes are made.", done) % {"number": done})
        if any(change["area"] in {LibraryArea.TEMPLATE, LibraryArea.BANK} for change in item.changes):
            messages.info(request, _("Changed templates and question banks are drafts now and wait for their review."))
    return redirect("curate:import", code)


@post_or_back("curate:import", "code")
def import_drop(request: HttpRequest, code: str) -> HttpResponse:
    item = _import_of(request, code, LibraryRight.IMPORT)
    try:
        library_import.drop(item, by=actor(request))
    except LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The import is dropped. The library stays as it was."))
    return redirect("curate:import_list")


@require_safe
def import_problems(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The rows that could not be taken, with the reason, to mend and upload again."""
    item = _import_of(request, code)
    columns = next((table.columns for table in TABLES.values() if table.kind == item.kind), ())
    there = {name for found in item.problems for name in found.get("row") or {}}
    names = [name for name in columns if name in there]
    if names:
        rows = ([*((found.get("row") or {}).get(name, "") for name in names), found["message"]] for found in item.problems)
        return _csv(csv_lines([*names, REASON], rows), "rows-to-mend")
    cells = ("where", "line", "part", "language", "key", "message")
    return _csv(csv_lines([*cells[:5], REASON], ([str(found[name] or "") for name in cells] for found in item.problems)), "problems")
