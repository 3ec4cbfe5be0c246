"""The coach at the desk: its remarks while somebody types, on a page of their own, and one-click mends of what is stored."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callcenter_jobs.ui.pages import render_page, wants_fragment
from postings.access import Right, get_posting_for
from postings.coach.boxes import Boxes, boxes_from, boxes_of
from postings.forms.posting_steps import StepForms, words_step
from postings.models import Posting, PostingText
from postings.services import drafting
from postings.services.coaching import stored_text
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.publishing import PublishRefused
from postings.views.coach_panel import Done, Panel, is_mend, mend_boxes, panel_of, refusal
from postings.views.desk_common import actor, desk_url, page_context

KEPT = "coach_done"
FORM_ID = "step-form"


def edit_url(posting: Posting, language: str) -> str:
    """The form in which the words of ``language`` are written."""
    own = language == posting.language
    return desk_url("posting_step", posting, "work") if own else desk_url("posting_text", posting, language)


def stored_panels(request: HttpRequest, posting: Posting) -> list[Panel]:
    """A panel for each language of the posting, its own first, with what the last mend of this reader did."""
    texts = sorted(posting.texts.all(), key=lambda text: (text.language != posting.language, text.language))
    return [_stored_panel(request, posting, text) for text in texts]


def _stored_panel(request: HttpRequest, posting: Posting, text: PostingText) -> Panel:
    kept = request.session.get(KEPT) or {}
    done = None
    if kept.get("posting") == posting.code and kept.get("language") == text.language:
        done = Done(kept["message"], kept["undo"], kept["refused"])
        del request.session[KEPT]
    return panel_of(posting, boxes_of(text), text.language, edit_url=edit_url(posting, text.language), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def posting_coach(request: HttpRequest, employer_slug: str, code: str, language: str) -> HttpResponse:
    """GET: the coach's page about what is stored. POST: remarks on what the form holds now; nothing is saved."""
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    text = stored_text(posting, language)
    if request.method == "POST" and wants_fragment(request):
        panel = panel_of(posting, boxes_from(request.POST), language)
    elif text is not None:
        panel = _stored_panel(request, posting, text)
    else:
        raise Http404
    context = page_context(posting, panel=panel, edit_url=edit_url(posting, language), back="posting_coach")
    if wants_fragment(request):
        context |= {"form_id": FORM_ID, "back": ""}
    return render_page(request, "postings/desk/coach.html", context, fragment="postings/desk/_coach_findings.html")


@require_POST
def posting_coach_mend(request: HttpRequest, employer_slug: str, code: str, language: str) -> HttpResponse:
    """One mend of the stored text, or its undo; everything else of the posting stays as it is."""
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    text = stored_text(posting, language)
    if text is None:
        raise Http404
    do = request.POST.get("do", "")
    done = _mend_stored(request, posting, text, do) if is_mend(do) else refusal()
    request.session[KEPT] = {
        "posting": posting.code, "language": language, "message": done.message, "undo": done.undo, "refused": done.refused,
    }  # fmt: skip
    if request.POST.get("back") == "posting_review":
        return redirect(f"{desk_url('posting_review', posting)}#coach-{language}")
    back = desk_url("posting_coach", posting, language)
    return redirect(f"{back}#coach-{language}")


def _mend_stored(request: HttpRequest, posting: Posting, text: PostingText, do: str) -> Done:
    before = boxes_of(text)
    boxes = dict(before)
    done = mend_boxes(posting, boxes, text.language, do)
    if done.refused:
        return done
    forms = StepForms(words_step(posting, text), posting, _as_sent(boxes))
    if not forms.is_valid():
        # For instance an abbreviation written out that makes the line too long.
        return Done(_("This does not fit the limits of the field. Open the form and write it shorter."), refused=True)
    values = forms.values()
    changed = {name: values[name] for name in values if _field_of(name, before, boxes)}
    try:
        drafting.replace_text(posting=posting, language=text.language, words=changed, by=actor(request), seen=version_of(posting))
    except EditConflict:
        return refusal()
    except (PublishRefused, EditRefused) as error:
        return Done(str(error), refused=True)
    return done


def _field_of(name: str, before: Boxes, after: Boxes) -> bool:
    """Whether the field ``name`` has a box that changed; the preview's boxes are one field."""
    return any(before.get(box) != text and (box == name or box.startswith((f"{name}-", f"{name}_"))) for box, text in after.items())


def _as_sent(boxes: Boxes) -> QueryDict:
    """The boxes as their form would send them."""
    data = QueryDict(mutable=True)
    for name, text in boxes.items():
        data[name] = text
    for kind in ("duties", "measures"):
        data[f"{kind}-TOTAL_FORMS"] = str(len({name.split("-")[1] for name in boxes if name.startswith(f"{kind}-")}))
        data[f"{kind}-INITIAL_FORMS"] = "0"
    return data
