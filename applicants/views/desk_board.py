"""The pipeline of one posting, and the interview kit of a stage."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from applicants.access import open_board
from applicants.forms.desk import BoardFilterForm
from applicants.services import board as boards
from applicants.stages import find_stage, stage_key
from applicants.views.desk_common import READ, desk_view, rights_of
from callcenter_jobs.outbox import compose
from callcenter_jobs.ui.pages import render_form
from postings import presenters_kit
from postings.enums import StageKind
from postings.models import InterviewKit, Posting

# What the bulk bar does not offer: nobody becomes new again, and the other two are not stages to move to.
NO_TARGETS = frozenset({StageKind.APPLIED, StageKind.REJECTED, StageKind.WITHDRAWN})


@desk_view(*READ)
def board(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """Columns with cards. The same address answers the page, or for htmx and our script the board alone."""
    membership, posting = open_board(request.user, employer_slug, code)
    rights = rights_of(membership)
    form = BoardFilterForm(request.GET, languages=boards.spoken(posting))
    filters = boards.Filters()
    if form.is_valid():
        asked = form.cleaned_data
        filters = boards.Filters(
            words=asked["q"],
            flagged=asked["flagged"],
            fit=int(asked["fit"] or 0),
            language=asked["language"],
            by_email=rights["see_contact"],
        )
    built = boards.build(posting, filters)
    context = {
        "employer": membership.employer,
        "membership": membership,
        "posting": posting,
        "board": built,
        "form": form,
        "filters": filters,
        "here": request.get_full_path(),
        "base": request.path,
        "targets": _targets(built),
        "posting_address": compose.absolute(posting.get_absolute_url()),
        **rights,
    }
    return render_form(request, "applicants/desk/board.html", context, fragment="applicants/desk/_board.html")


def _targets(built: boards.Board) -> list[tuple[str, str]]:
    """Where the bulk bar can send people: key and name of each stage."""
    listed: list[boards.Column | boards.Ended] = [*built.columns, *built.ended]
    return [(item.key, item.stage.desk_name) for item in listed if item.kind not in NO_TARGETS]


@desk_view(*READ)
def kit(request: HttpRequest, employer_slug: str, code: str, stage: str) -> HttpResponse:
    """What to ask in a stage, what a strong answer shows and how to score it; to read and to print."""
    membership, posting = open_board(request.user, employer_slug, code)
    found = find_stage(posting.plan, stage)
    if found is None or found.kit_id is None:
        raise Http404
    language = get_language() or "en"
    kit = InterviewKit.objects.prefetch_related("kit_questions__question__texts").get(pk=found.kit_id)
    context = {
        "employer": membership.employer,
        "posting": posting,
        "stage": found,
        "kit": kit,
        "kit_name": kit.name_in(language),
        "intro": kit.intro_in(language),
        "questions": presenters_kit.asked(kit, language),
        "others": _other_kits(posting, stage),
    }
    return render_form(request, "applicants/desk/kit.html", context)


def _other_kits(posting: Posting, here: str) -> list[tuple[str, str]]:
    return [
        (stage_key(stage), stage.desk_name) for stage in posting.plan.stages.all() if stage.kit_id is not None and stage_key(stage) != here
    ]
