"""Pay figures, texts, imports, history and search of the workshop, as their users: curators, translators, strangers."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import LibraryRole
from postings.models import (
    CareerStep,
    InstructionClause,
    InterviewPlan,
    LibraryEvent,
    LibraryImport,
    LibraryScreeningQuestion,
    PayFigure,
    Stage,
)
from postings.services import library_search
from postings.services.library_history import record
from postings.tests.factories import LibraryMemberFactory, PayFigureFactory, RoleFactory, TitleAliasFactory
from postings.tests.library import publish_questions, publish_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def translator(db: None) -> Client:
    """Writes Norwegian only."""
    user = UserFactory.create()
    LibraryMemberFactory.create(user=user, role=LibraryRole.TRANSLATOR, languages=["nb"])
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def step(db: None) -> CareerStep:
    texts = {"en": {"name": "New agent", "about": "You start."}}
    return CareerStep.objects.create(key="entry", tier="agent", months_min=6, months_max=9, texts=texts)


def fields(client: Client, path: str, **changes: Any) -> dict[str, Any]:
    """The form as the page shows it, with some fields typed over."""
    form = client.get(path).context["form"]
    values = {name: field.prepare_value(form.initial.get(name, "")) for name, field in form.fields.items()}
    return {name: "" if value is None else value for name, value in values.items() if value is not False} | changes


# --- pay --------------------------------------------------------------------------------------------


def test_a_figure_is_added_changed_and_removed_with_its_history(desk: Client, ada: User) -> None:
    RoleFactory.create(key="agent-sales")
    typed = {
        "tier": "agent", "role": "agent-sales", "country": "SE", "amount": "32 500", "currency": "SEK", "period": "month",
        "measure": "median", "year": "2024", "source_name": "Statistics Sweden", "source_url": "https://www.scb.se/", "is_active": "on",
    }  # fmt: skip
    response = desk.post("/curate/pay/new/", typed)
    figure = PayFigure.objects.get()
    assert response["Location"] == f"/curate/pay/{figure.key}/"
    assert figure.key == "se-agent-sales-median-month-2024-statistics-sweden"
    assert (figure.amount, figure.edited_by, figure.role.key if figure.role else "") == (Decimal(32500), ada, "agent-sales")
    assert desk.post(response["Location"], fields(desk, response["Location"], amount="33 000,50")).status_code == 302
    figure.refresh_from_db()
    assert figure.amount == Decimal("33000.50")
    changed = LibraryEvent.objects.get(area="pay", action="changed")
    assert (changed.by, changed.detail) == (ada, {"before": {"amount": "32500.00"}, "after": {"amount": "33000.50"}})
    desk.post(f"/curate/pay/{figure.key}/remove/")
    assert not PayFigure.objects.exists()
    assert LibraryEvent.objects.get(area="pay", action="removed").detail["before"]["source_name"] == "Statistics Sweden"
    page = desk.get("/curate/history/?area=pay").content.decode()
    assert page.index("Removed") < page.index("Created")
    assert "33000.50" in page


def test_a_second_figure_of_the_same_source_gets_a_key_of_its_own(desk: Client) -> None:
    typed = {"tier": "agent", "country": "NO", "amount": "1", "currency": "NOK", "period": "hour", "measure": "low", "source_name": "S"}
    for _number in range(3):
        desk.post("/curate/pay/new/", typed)
    assert set(PayFigure.objects.values_list("key", flat=True)) == {"no-agent-low-hour-s", "no-agent-low-hour-s-2", "no-agent-low-hour-s-3"}


def test_two_curators_editing_one_figure_lose_nothing(desk: Client) -> None:
    figure = PayFigureFactory.create()
    path = f"/curate/pay/{figure.key}/"
    mine, theirs = fields(desk, path, amount="300"), fields(desk, path, amount="250", source_note="Theirs")
    assert desk.post(path, theirs).status_code == 302
    response = desk.post(path, mine)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="300"' in page
    assert "Theirs" in page
    figure.refresh_from_db()
    assert figure.amount == 250
    # Having seen theirs, saving again puts mine in place.
    again = {**mine, "seen": response.context["form"].data["seen"]}
    assert desk.post(path, again).status_code == 302
    figure.refresh_from_db()
    assert figure.amount == 300


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"year": "1066"}, "year"),
        ({"country": "XX"}, "country"),
        ({"source_name": ""}, "source_name"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_note": "x" * 301}, "source_note"),
        ({"is_converted": "on"}, "conversion"),
        ({"conversion": "x 2,080 hours"}, "is_converted"),
    ],
)
def test_bad_figures_are_refused_beside_the_field(desk: Client, changes: dict[str, str], field: str) -> None:
    figure = PayFigureFactory.create()
    response = desk.post(f"/curate/pay/{figure.key}/", fields(desk, f"/curate/pay/{figure.key}/", **changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_the_list_filters_and_draws_what_it_lists(desk: Client, django_assert_max_num_queries: Any) -> None:
    role = RoleFactory.create(key="agent-sales", tier="agent")
    for number in range(45):
        PayFigureFactory.create(amount=200 + number)
    PayFigureFactory.create(country="US", currency="USD", period="year", amount=42830, role=role)
    desk.get("/curate/pay/")
    with django_assert_max_num_queries(14):
        response = desk.get("/curate/pay/?country=US")
    assert [chart.title for chart in response.context["charts"]] == ["United States, per year"]
    assert response.context["page"].total == 1
    assert desk.get("/curate/pay/?page=2").context["page"].number == 2
    assert desk.get("/curate/pay/?tier=nonsense&country=%00&role=x").status_code == 200


# --- texts --------------------------------------------------------------------------------------------


def test_a_translator_writes_the_own_language_and_nothing_else(translator: Client, step: CareerStep) -> None:
    path = "/curate/texts/steps/entry/nb/"
    assert "New agent" in translator.get(path).content.decode()
    assert translator.post(path, fields(translator, path, name="Ny medarbeider")).status_code == 302
    assert translator.post("/curate/texts/steps/entry/sv/", {"name": "Ny"}).status_code == 403
    assert translator.post("/curate/texts/steps/entry/en/", {"name": "New"}).status_code == 403
    assert translator.get("/curate/pay/new/").status_code == 403
    assert translator.post("/curate/import/").status_code == 403
    step.refresh_from_db()
    assert step.texts["nb"] == {"name": "Ny medarbeider"}
    assert step.edited_at is not None
    event = LibraryEvent.objects.get()
    assert (event.area, event.key, event.language, event.detail["after"]) == ("career", "steps/entry", "nb", {"name": "Ny medarbeider"})


def test_facts_are_changed_beside_english_by_those_who_may(desk: Client, step: CareerStep) -> None:
    path = "/curate/texts/steps/entry/en/"
    assert desk.post(path, fields(desk, path, months_max="12")).status_code == 302
    step.refresh_from_db()
    assert (step.months_min, step.months_max) == (6, 12)
    refused = desk.post(path, fields(desk, path, months_max="3"))
    assert "months_max" in refused.context["form"].errors
    assert "months_min" not in desk.get("/curate/texts/steps/entry/nb/").context["form"].fields


def test_english_cannot_be_emptied(desk: Client, step: CareerStep) -> None:
    path = "/curate/texts/steps/entry/en/"
    assert "name" in desk.post(path, fields(desk, path, name="")).context["form"].errors


def test_two_translators_of_the_same_words_lose_nothing_and_of_two_languages_never_meet(desk: Client, step: CareerStep) -> None:
    path = "/curate/texts/steps/entry/nb/"
    mine, theirs = fields(desk, path, name="Mitt"), fields(desk, path, name="Deres")
    swedish = fields(desk, "/curate/texts/steps/entry/sv/", name="Nybörjare")
    assert desk.post(path, theirs).status_code == 302
    assert desk.post("/curate/texts/steps/entry/sv/", swedish).status_code == 302
    response = desk.post(path, mine)
    assert response.status_code == 422
    assert "Mitt" in response.content.decode()
    assert "Deres" in response.content.decode()
    step.refresh_from_db()
    assert step.texts["nb"]["name"] == "Deres"
    assert desk.post(path, {**mine, "seen": response.context["form"].data["seen"]}).status_code == 302
    step.refresh_from_db()
    assert (step.texts["nb"]["name"], step.texts["sv"]["name"]) == ("Mitt", "Nybörjare")


def test_clauses_hold_known_placeholders_only(desk: Client) -> None:
    clause = InstructionClause.objects.create(key="c", section="duties", texts={"en": {"text": "Reports to {reports_to}."}})
    path = "/curate/texts/clauses/c/nb/"
    refused = desk.post(path, fields(desk, path, text="Rapporterer til {sjef}."))
    assert refused.status_code == 422
    assert "{sjef}" in refused.content.decode()
    assert desk.post(path, fields(desk, path, text="Rapporterer til {reports_to}.")).status_code == 302
    english = "/curate/texts/clauses/c/en/"
    assert desk.post(english, fields(desk, english, tiers=["agent", "manager"])).status_code == 302
    clause.refresh_from_db()
    assert clause.tiers == ["agent", "manager"]


def test_screening_questions_and_plans_keep_answers_and_stage_names(desk: Client) -> None:
    english = {"question": "Evenings?", "help": "", "options": {"both": "Both", "neither": "No"}}
    question = LibraryScreeningQuestion.objects.create(
        key="evenings",
        kind="choice",
        options=["both", "neither"],
        texts={"en": english},
    )
    plan = InterviewPlan.objects.create(key="short", names={"en": "Short"})
    Stage.objects.create(plan=plan, kind="interview", position=0, names={"en": {"desk": "Talk", "candidate": "Interview"}})
    path = "/curate/texts/screening/evenings/nb/"
    desk.post(path, fields(desk, path, **{"question": "Kveld?", "option-both": "Begge"}))
    question.refresh_from_db()
    assert question.texts["nb"] == {"question": "Kveld?", "help": "", "options": {"both": "Begge"}}
    path = "/curate/texts/plans/short/nb/"
    desk.post(path, fields(desk, path, **{"name": "Kort", "desk-1": "Samtale"}))
    plan.refresh_from_db()
    assert plan.names["nb"] == "Kort"
    assert plan.stages.get().names["nb"] == {"desk": "Samtale"}
    for kind in ("steps", "moves", "certificates", "clauses", "screening", "plans", "nonsense"):
        assert desk.get(f"/curate/texts/?kind={kind}").status_code == 200
    for missing in ("steps/none/en", "nonsense/entry/en", "plans/short/xx"):
        assert desk.get(f"/curate/texts/{missing}/").status_code == 404


# --- import and export ----------------------------------------------------------------------------------


def upload(client: Client, name: str, data: bytes, **kwargs: str) -> Any:
    return client.post("/curate/import/", {"file": SimpleUploadedFile(name, data), **kwargs})


HEADER = "key,tier,country,currency,period,measure,amount,source_name\n"


def test_an_upload_is_shown_left_out_applied_and_its_bad_rows_come_back(desk: Client) -> None:
    rows = HEADER + "good,agent,NO,NOK,hour,median,210,S\nbad,boss,NO,NOK,hour,median,210,=cmd\n"
    response = upload(desk, "pay.csv", rows.encode())
    item = LibraryImport.objects.get()
    path = f"/curate/import/{item.code}/"
    assert response["Location"] == path
    page = desk.get(path).content.decode()
    assert "Leave the 1 bad one out" in page
    assert "boss" in page
    assert not PayFigure.objects.exists()
    refused = desk.post(f"{path}apply/", follow=True).content.decode()
    assert "leave them out" in refused
    assert not PayFigure.objects.exists()
    mend = b"".join(desk.get(f"{path}problems.csv")).decode("utf-8-sig").splitlines()
    assert mend[0] == "key,tier,country,currency,period,measure,amount,source_name,reason"
    assert "'=cmd" in mend[1]
    assert "1 change is made" in desk.post(f"{path}apply/", {"leave_out": "1"}, follow=True).content.decode()
    assert PayFigure.objects.get().key == "good"
    assert "applied or dropped already" in desk.post(f"{path}drop/", follow=True).content.decode()
    # Mended, the rows with their reason are taken as they are.
    mended = "\n".join([mend[0], mend[1].replace("boss", "agent")])
    upload(desk, "rows-to-mend.csv", mended.encode())
    assert [change["key"] for change in LibraryImport.objects.latest("pk").changes] == ["bad"]


def test_what_a_file_lacks_is_said_beside_the_field_and_nothing_is_stored(desk: Client) -> None:
    unreadable = {
        "pay.yaml": (b"- [", "line"),
        "career.yaml": (b"", "empty"),
        "photo.jpg": (b"x", "none of them"),
        "titles.yaml": (b"a: {}", "language"),
    }
    for name, (data, says) in unreadable.items():
        response = upload(desk, name, data)
        assert response.status_code == 422
        assert says in str(response.context["form"].errors["file"])
    assert desk.post("/curate/import/").status_code == 422
    assert not LibraryImport.objects.exists()


def test_an_upload_needs_the_csrf_token(ada: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    assert upload(strict, "pay.csv", HEADER.encode()).status_code == 403


def test_files_of_up_to_ten_megabytes_arrive_whole(desk: Client) -> None:
    note = "x" * 290
    header = HEADER.replace("\n", ",source_note\n")
    rows = header + "\n".join(f"f-{n},agent,NO,NOK,hour,median,1,S,{note}" for n in range(19_000))
    assert 6_000_000 < len(rows) < 10_000_000
    response = upload(desk, "pay.csv", rows.encode())
    assert response.status_code == 302
    assert LibraryImport.objects.get().rows == 19_000
    assert "10 MB" in str(upload(desk, "pay.csv", b"x" * (10 * 1024 * 1024 + 1)).context["form"].errors["file"])


def test_a_dropped_import_changes_nothing(desk: Client) -> None:
    upload(desk, "pay.csv", (HEADER + "good,agent,NO,NOK,hour,median,210,S\n").encode())
    item = LibraryImport.objects.get()
    desk.post(f"/curate/import/{item.code}/drop/")
    assert "dropped" in desk.post(f"/curate/import/{item.code}/apply/", follow=True).content.decode()
    assert not PayFigure.objects.exists()
    assert desk.get(f"/curate/import/{item.code}/").status_code == 200


def test_downloads_are_files_that_spreadsheets_read(desk: Client) -> None:
    publish_role()
    PayFigureFactory.create(source_name="Statistikk for å, č, ж")
    table = desk.get("/curate/export/pay.csv")
    content = b"".join(table)
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in table["Content-Disposition"]
    assert "å, č, ж" in content.decode("utf-8-sig")
    archive = desk.get("/curate/export/library.zip")
    assert io.BytesIO(archive.content).read(2) == b"PK"
    assert desk.get("/curate/export/nonsense.csv").status_code == 404
    assert desk.get("/curate/export/").status_code == 200


# --- history and search ---------------------------------------------------------------------------------


def test_history_goes_back_page_by_page_and_filters(desk: Client, ada: User, rosa: User) -> None:
    for number in range(35):
        record("pay", f"figure-{number}", "changed", by=ada if number % 2 else rosa, before={"amount": "1"}, after={"amount": str(number)})  # type: ignore[arg-type]
    first = desk.get("/curate/history/")
    assert len(first.context["rows"]) == 30
    second = desk.get(f"/curate/history/?{first.context['older']}")
    assert [event.key for event, _differences, _href in second.context["rows"]] == [f"figure-{number}" for number in range(4, -1, -1)]
    assert second.context["older"] == ""
    assert len(desk.get(f"/curate/history/?person={rosa.pk}").context["rows"]) == 18
    assert len(desk.get("/curate/history/?key=figure-34").context["rows"]) == 1
    assert desk.get("/curate/history/?area=pay&language=nb").context["rows"] == []
    assert desk.get("/curate/history/?before=999999999999999999&area=nonsense&person=x").status_code == 200


def test_search_finds_words_of_every_language_whatever_their_accents(desk: Client) -> None:
    role = publish_role(languages=("en", "nb"))
    publish_questions(languages=("en", "hr"))
    TitleAliasFactory.create(role=role, language="sv", text="Kundtjänstmedarbetare")
    PayFigureFactory.create(key="scb", source_name="Statistiska centralbyrån")
    clause = {"en": {"text": "Answers."}, "hr": {"text": "Odgovara na pozive čitljivo."}}
    InstructionClause.objects.create(key="clause", section="duties", texts=clause)
    CareerStep.objects.create(key="entry", tier="agent", texts={"en": {"name": "New agent"}, "ru": {"name": "Новый оператор, ёлка"}})
    for query, area, language in (
        ("kundtjanst", "title", "sv"),
        ("CENTRALBYRAN", "pay", ""),
        ("citljivo pozive", "clause", "hr"),
        ("елка", "career", "ru"),
        ("question 1 (hr)", "bank", "hr"),
        ("learn customers", "template", "nb"),
    ):
        found = {(group.area, hit.language) for group in library_search.find(query) for hit in group.hits}
        assert (area, language) in found, query
    page = desk.get("/curate/search/?q=kundtjanst").content.decode()
    assert "<mark>Kundtjänst</mark>medarbetare" in page
    assert library_search.find("name") == [], "the names of fields are no words"
    for nothing in ("", "   ", '""', "%", "_", "\\", "zzzz", "x" * 500, "' OR 1=1"):
        assert desk.get("/curate/search/", {"q": nothing}).status_code == 200
    assert library_search.find("%%") == []


def test_found_words_are_marked_and_nothing_of_the_text_becomes_html() -> None:
    marked = library_search.excerpt("<b>Çalışan</b> øre & ÆRLIG", ["calısan", "aerlig", "ore"])
    assert "<b>" not in marked
    assert "<mark>ÆRLIG</mark>" in marked
    assert "<mark>øre</mark>" in marked


@pytest.mark.parametrize(
    "path",
    [
        "pay/",
        "pay/figure/",
        "texts/",
        "texts/steps/entry/nb/",
        "export/",
        "export/library.zip",
        "export/pay.csv",
        "import/",
        "history/",
        "search/",
    ],
)
def test_every_page_answers_and_is_hidden_from_others(desk: Client, translator: Client, rosa: User, step: CareerStep, path: str) -> None:
    PayFigureFactory.create(key="figure")
    assert desk.get(f"/curate/{path}").status_code == 200
    assert translator.get(f"/curate/{path}").status_code == 200
    desk.force_login(rosa)
    assert desk.get(f"/curate/{path}").status_code == 404
