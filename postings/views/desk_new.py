"""A new posting: find a template, look at up to three side by side, choose one with its questions and its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callcenter_jobs.ui.pages import render_page
from postings.access import Right, get_membership_for
from postings.enums import Tier, VersionState
from postings.forms.posting_new import PLAIN_PLAN, NewPostingForm, TemplateFilterForm, matching
from postings.models import Employer, InterviewPlan, LibraryScreeningQuestion, Role, Stage, TemplateText, TemplateVersion
from postings.services import drafting
from postings.services.editing import EditRefused
from postings.services.library import SOURCE, is_behind
from postings.services.plans import DEFAULT_KINDS
from postings.views.desk_common import actor

MOST_COMPARED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A template in the list. ``text`` is in the wanted language, else in English; ``filled`` counts the parts of the wanted one."""

    version: TemplateVersion
    role: Role
    title: str
    text: TemplateText | None
    filled: int
    total: int
    is_behind: bool
    is_compared: bool
    compare_href: str
    choose_href: str
    questions: list[str]
    plan: InterviewPlan | None

    @property
    def is_complete(self) -> bool:
        return self.filled == self.total

    @property
    def kind(self) -> str:
        """Family and work type; many are called the same, and are then named once."""
        return ", ".join(dict.fromkeys([str(self.role.get_family_display()), str(self.role.get_work_type_display())]))


@require_http_methods(["GET", "HEAD", "POST"])
def posting_new(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """The list of templates; with ``role`` the chosen one, and then the draft, which opens at its first step."""
    employer = get_membership_for(request.user, employer_slug, need=Right.EDIT_POSTINGS).employer
    if request.method == "POST":
        return _make(request, employer)
    version = _published().filter(template__role__key=request.GET.get("role", "").replace("\x00", "")).first()
    if version is not None:
        return _chosen_page(request, employer, _form(None, employer, version, _language(request, employer)), version)
    return _list_page(request, employer)


def _published() -> Any:
    """Published templates of roles in use, with their titles: a few dozen at most."""
    found = TemplateVersion.objects.filter(state=VersionState.PUBLISHED, template__role__is_active=True).select_related("template__role")
    return found.prefetch_related("template__role__titles").order_by("template__role__position", "template__role__key")


def _language(request: HttpRequest, employer: Employer) -> str:
    return TemplateFilterForm(request.GET, own_language=employer.language).chosen()["language"]


def _list_page(request: HttpRequest, employer: Employer, refused: NewPostingForm | None = None) -> HttpResponse:
    filters = TemplateFilterForm(request.GET or None, own_language=employer.language)
    chosen = filters.chosen()
    versions = list(_published().prefetch_related("texts"))
    compared = _compared(request, versions)
    library = Library()
    rows = {version.pk: _row(request, version, compared, chosen["language"], library) for version in versions}
    fitting = [rows[version.pk] for version in matching(versions, chosen)]
    context = {
        "employer": employer,
        "filters": filters,
        "form": refused,
        "groups": [(label, found) for value, label in Tier.choices if (found := [row for row in fitting if row.role.tier == value])],
        "number": len(fitting),
        "compared": [rows[version.pk] for key in compared for version in versions if version.template.role.key == key],
        "most_compared": MOST_COMPARED,
        "language": chosen["language"],
        "is_narrowed": any(chosen[name] for name in ("q", "tier", "family", "work_type")),
    }
    status = 422 if refused is not None else 200
    return render_page(request, "postings/desk/new.html", context, fragment="postings/desk/_templates.html", status=status)


def _compared(request: HttpRequest, versions: list[TemplateVersion]) -> list[str]:
    known = {version.template.role.key for version in versions}
    return [key for key in dict.fromkeys(request.GET.getlist("compare")) if key in known][:MOST_COMPARED]


class Library:
    """The suggestions behind the templates, read once for the whole page, in the reader's language."""

    def __init__(self) -> None:
        self.questions = {question.key: question for question in LibraryScreeningQuestion.objects.all()}
        stages = Stage.objects.select_related("kit")
        plans = InterviewPlan.objects.filter(key__isnull=False).prefetch_related(Prefetch("stages", stages)).order_by("key")
        self.plans = {str(plan.key): plan for plan in plans}

    def texts(self, keys: list[str]) -> list[str]:
        return [str(self.questions[key].text_in(get_language() or SOURCE).get("question", "")) for key in keys if key in self.questions]


def _row(request: HttpRequest, version: TemplateVersion, compared: list[str], language: str, library: Library) -> Row:
    role = version.template.role
    own = next((text for text in version.texts.all() if text.language == language), None)
    source = next((text for text in version.texts.all() if text.language == SOURCE), None)
    query = request.GET.copy()
    others = [key for key in compared if key != role.key]
    query.setlist("compare", others if role.key in compared else [*others, role.key][-MOST_COMPARED:])
    choose = request.GET.copy()
    choose.pop("compare", None)
    choose["role"] = role.key
    choose["language"] = language
    return Row(
        version=version,
        role=role,
        title=role.title_in(get_language() or SOURCE),
        text=drafting.template_text(version, language) or drafting.template_text(version, SOURCE),
        filled=len(TemplateText.REQUIRED) - len(own.missing) if own else 0,
        total=len(TemplateText.REQUIRED),
        is_behind=own is not None and is_behind(own, source),
        is_compared=role.key in compared,
        compare_href=f"?{query.urlencode()}#compare",
        choose_href=f"?{choose.urlencode()}",
        questions=library.texts(version.screening_keys),
        plan=library.plans.get(version.plan_key),
    )


def _form(data: Any, employer: Employer, version: TemplateVersion | None, language: str) -> NewPostingForm:
    library = Library()
    keys = version.screening_keys if version else []
    suggested = version.plan_key if version and version.plan_key in library.plans else PLAIN_PLAN
    initial = {"language": language, "screening": keys, "plan": suggested, "suggested": True}
    return NewPostingForm(
        data,
        employer=employer,
        versions=[version] if version else [],
        questions=[library.questions[key] for key in keys if key in library.questions],
        plans=list(library.plans.values()),
        initial=initial | ({"role": version.template.role.key} if version else {}),
    )


def _chosen_page(request: HttpRequest, employer: Employer, form: NewPostingForm, version: TemplateVersion) -> HttpResponse:
    language = str(form["language"].value() or employer.language)
    query = request.GET.copy()
    query.pop("role", None)
    library = Library()
    suggested = library.plans.get(version.plan_key)
    context = {
        "employer": employer,
        "form": form,
        "version": version,
        "role": version.template.role,
        "text": drafting.template_text(version, language) or drafting.template_text(version, SOURCE),
        "language": language,
        "knockouts": {key for key, question in library.questions.items() if question.is_knockout},
        "plans": [*filter(None, [suggested]), *(plan for plan in library.plans.values() if plan is not suggested)],
        "suggested": suggested,
        "plain": {"value": PLAIN_PLAN, "kinds": DEFAULT_KINDS},
        "plan_value": form["plan"].value(),
        "back": f"?{query.urlencode()}" if query else ".",
    }
    return render(request, "postings/desk/new_chosen.html", context, status=422 if form.errors else 200)


def _make(request: HttpRequest, employer: Employer) -> HttpResponse:
    key = request.POST.get("role", "").replace("\x00", "")
    version = _published().filter(template__role__key=key).first()
    form = _form(request.POST, employer, version, employer.language)
    if form.is_valid():
        data = form.cleaned_data
        try:
            posting = drafting.create_posting_from_template(
                employer=employer,
                version=form.version,
                language=data["language"],
                site=data["site"],
                by=actor(request),
                fallback=SOURCE if data["from_english"] else None,
                **form.choices_of_draft(),
            )
        except EditRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The draft is made. Nobody sees it until you publish it."))
            return redirect("desk:posting_step", employer.slug, posting.code, "work")
    return _list_page(request, employer, form) if version is None else _chosen_page(request, employer, form, version)
