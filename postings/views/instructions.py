"""The job instruction as a page to print and as a PDF: of a posting at the desk, of a published template for everybody."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from postings.access import get_posting_for
from postings.models import Posting, TemplateVersion
from postings.services import instructions
from postings.services.instructions import Instruction
from postings.views.desk_common import desk_url, page_context


@login_not_required
@require_safe
def role_instruction(request: HttpRequest, key: str) -> HttpResponse:
    version, instruction = _of_role(key)
    context = {
        "role": version.template.role,
        "instruction": instruction,
        "pdf_href": reverse("public:instruction_pdf", args=[key]),
    }
    return render(request, "postings/instruction/public.html", context)


@login_not_required
@require_safe
def role_instruction_pdf(request: HttpRequest, key: str) -> HttpResponse:
    return _file(_of_role(key)[1])


@require_safe
def posting_instruction(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """The paper in the language that is asked for; the page around it stays in the reader's."""
    posting = get_posting_for(request.user, employer_slug, code)
    language = _wanted(request, posting)
    here = desk_url("instruction", posting)
    context = page_context(
        posting,
        instruction=instructions.for_posting(posting, language=language),
        pdf_href=f"{desk_url('instruction_pdf', posting)}?language={language}",
        languages=[{"code": code, "href": f"{here}?language={code}", "is_shown": code == language} for code, _name in settings.LANGUAGES],
    )
    return render(request, "postings/instruction/desk.html", context)


@require_safe
def posting_instruction_pdf(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code)
    return _file(instructions.for_posting(posting, language=_wanted(request, posting)))


def _of_role(key: str) -> tuple[TemplateVersion, Instruction]:
    version = instructions.published_template(key)
    instruction = instructions.for_template(version, language=get_language() or settings.LANGUAGE_CODE) if version else None
    if version is None or instruction is None:
        raise Http404
    return version, instruction


def _wanted(request: HttpRequest, posting: Posting) -> str:
    """The language asked for; without one that is known, the posting's own."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else posting.language


def _file(instruction: Instruction) -> HttpResponse:
    # Here, because few processes ever draw a PDF, and what draws it takes six megabytes.
    from postings.instruction_pdf import file_name, instruction_pdf

    response = HttpResponse(instruction_pdf(instruction), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(instruction)}"'
    response["Content-Language"] = instruction.language
    return response
