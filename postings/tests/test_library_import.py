"""Import and export of the library: the round trip, dry runs, what they apply, and entries that cannot be taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from callcenter_jobs.accounts.models import User
from postings.enums import ImportState
from postings.models import (
    BankVersion,
    CareerStep,
    Employer,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryEvent,
    LibraryImport,
    LibraryScreeningQuestion,
    PayFigure,
    Question,
    TemplateVersion,
    TitleAlias,
)
from postings.services import (
    library_apply,
    library_export,
    library_files,
    library_import,
    library_loading,
    library_templates,
    library_uploads,
)
from postings.services.library import LibraryRefused
from postings.services.library_tables import TABLES, csv_lines
from postings.tests.factories import RoleFactory

KEY = "agent-customer-service"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shipped(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped library, loaded once; each test plays in a transaction of its own inside."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        library_loading.load(library_files.read())
        yield
        transaction.set_rollback(True)


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def proposed(name: str, data: bytes | str, by: User, **kwargs: str) -> LibraryImport:
    content = data.encode() if isinstance(data, str) else data
    return library_import.propose(library_uploads.read_upload(name, content, **kwargs), file_name=name, by=by)


def table(name: str) -> bytes:
    return b"".join(csv_lines(TABLES[name].columns, TABLES[name].rows()))


def exported() -> dict[str, str]:
    return library_export.files(library_export.published())


# --- round trips ----------------------------------------------------------------------------------


def test_the_exported_library_is_a_library_and_importing_it_changes_nothing(ada: User) -> None:
    archive = library_export.library_zip()
    item = proposed("library.zip", archive, ada)
    assert (item.problems, item.changes) == ([], [])
    again = library_files.from_sources(exported())
    assert library_loading.load(again).published == []
    assert {path for path in exported() if path.startswith("roles/")} >= {"roles/1-agent.yaml", "roles/5-specialist.yaml"}


def test_the_shipped_files_change_nothing_in_a_portal_that_loaded_them(ada: User) -> None:
    item = proposed(
        "content.zip", zipped({f"content/{path}": text for path, text in library_files.sources(library_files.CONTENT).items()}), ada
    )
    assert item.problems == []
    assert [(change["key"], change["language"], change["fields"]) for change in item.changes] == []


def test_tables_come_back_unchanged_in_every_language_of_spreadsheets(ada: User) -> None:
    PayFigure.objects.create(
        key="formula", tier="agent", country="NO", currency="NOK", period="hour", measure="median", amount="210.50", year=2025,
        source_name="=cmd|' /C calc'!A0", source_note="'quoted, +1; \"and\"\nčšž å ж", employer_name="@home",
    )  # fmt: skip
    for name in TABLES:
        for language, mark in (("en", b","), ("nb", b";")):
            with translation.override(language):
                data = table(name)
            assert data.startswith(b"\xef\xbb\xbf")
            assert mark in data.splitlines()[0]
            assert b"=cmd" not in data.replace(b"'=cmd", b"")
            item = proposed(f"{name}.csv", data, ada)
            assert (name, language, item.problems, item.changes) == (name, language, [], [])
            assert item.rows > 30


# --- what an import does ----------------------------------------------------------------------------


def test_a_changed_template_becomes_a_draft_and_nothing_is_published(ada: User) -> None:
    files = exported()
    changed = files["nb/templates/1-agent.yaml"].replace("title: Kundebehandler", "title: Kunderådgiver", 1)
    assert changed != files["nb/templates/1-agent.yaml"]
    item = proposed("x.yaml", changed, ada, part="templates", language="nb")
    assert [(change["area"], change["language"], change["fields"][0]["name"]) for change in item.changes] == [("template", "nb", "title")]
    assert not TemplateVersion.objects.filter(state="draft").exists()
    library_import.apply(item, by=ada)
    draft = TemplateVersion.objects.get(state="draft")
    assert draft.texts.get(language="nb").title == "Kunderådgiver"
    assert draft.texts.get(language="nb").updated_by == ada
    assert draft.created_by == ada
    published = TemplateVersion.objects.get(template=draft.template, state="published")
    assert published.texts.get(language="nb").title == "Kundebehandler"
    assert published.texts.get(language="en").content() == draft.texts.get(language="en").content()
    # The same file once more: the draft says it already.
    assert (proposed("x.yaml", changed, ada, part="templates", language="nb").changes) == []


def test_an_open_draft_of_somebody_else_is_not_written_over(ada: User, rosa: User) -> None:
    template = TemplateVersion.objects.get(template__role__key=KEY).template
    draft = library_templates.start_template_draft(template, by=rosa)
    draft.texts.filter(language="nb").update(title="Under arbeid")
    files = exported()
    changed = files["nb/templates/1-agent.yaml"].replace("title: Kundebehandler", "title: Kunderådgiver", 1)
    item = proposed("nb-templates.yaml", changed, ada)
    assert item.changes == []
    assert [found["key"] for found in item.problems] == [KEY]
    assert "draft" in item.problems[0]["message"]
    assert draft.texts.get(language="nb").title == "Under arbeid"


def test_questions_kits_plans_and_the_rest_are_applied(ada: User) -> None:
    files = exported()
    files["en/questions/1-agent.yaml"] = files["en/questions/1-agent.yaml"].replace("What draws you to work", "What leads you to work", 1)
    files["plans.yaml"] = files["plans.yaml"].replace("minutes: 15", "minutes: 25")
    files["en/plans.yaml"] = files["en/plans.yaml"].replace("name: Agents, two conversations", "name: Agents, two talks")
    files["en/screening.yaml"] = files["en/screening.yaml"].replace("Can you work evenings and weekends?", "Evenings and weekends too?")
    files["en/career.yaml"] = files["en/career.yaml"].replace("name: New agent", "name: Beginner")
    item = proposed("library.zip", zipped(files), ada)
    assert item.problems == []
    assert {change["area"] for change in item.changes} == {"bank", "kit", "plan", "screening", "career"}
    library_import.apply(item, by=ada)
    draft = BankVersion.objects.get(state="draft")
    assert draft.questions.get(key="agent-why-service").texts.get(language="en").text.startswith("What leads you")
    assert draft.questions.count() == BankVersion.objects.get(bank=draft.bank, state="published").questions.count()
    kit = InterviewKit.objects.get(key="agent-phone-screen")
    assert (kit.minutes, kit.kit_questions.count()) == (25, 3)
    plan = InterviewPlan.objects.get(key="agent-short")
    assert (plan.names["en"], plan.stages.count(), plan.edited_at is None) == ("Agents, two talks", 4, False)
    assert LibraryScreeningQuestion.objects.get(key="evenings-weekends").texts["en"]["question"] == "Evenings and weekends too?"
    step = CareerStep.objects.get(key="entry-agent")
    assert (step.texts["en"]["name"], step.edited_by) == ("Beginner", ada)
    written = LibraryEvent.objects.get(area="career", key="steps/entry-agent", language="en")
    assert (written.by, written.detail["before"], written.detail["after"]) == (ada, {"name": "New agent"}, {"name": "Beginner"})


def test_a_kit_of_no_plan_is_exported_and_comes_back(ada: User) -> None:
    question = Question.objects.get(key="agent-why-service", version__state="published")
    kit = InterviewKit.objects.create(key="spare", names={"en": "Spare", "nb": "Ekstra"}, intros={"en": "Take your time."}, minutes=20)
    KitQuestion.objects.create(kit=kit, question=question)
    files = exported()
    assert proposed("library.zip", zipped(files), ada).changes == []
    assert set(library_files.from_sources(files).kits) == {"spare"}
    kit.delete()
    item = proposed("library.zip", zipped(files), ada)
    assert item.problems == []
    assert {(change["area"], change["key"]) for change in item.changes} == {("kit", "spare")}
    library_import.apply(item, by=ada)
    again = InterviewKit.objects.get(key="spare")
    assert (again.names["nb"], again.minutes, [row.question for row in again.kit_questions.all()]) == ("Ekstra", 20, [question])
    assert again.edited_at is not None


def test_a_title_table_adds_prefers_and_removes_nothing(ada: User) -> None:
    before = TitleAlias.objects.count()
    rows = f"role;language;title;is_preferred;source\n{KEY};nb;Kundehelt;yes;trade\n{KEY};nb;Kundevenn;;\n"
    item = proposed("titles.csv", rows, ada)
    library_import.apply(item, by=ada)
    assert TitleAlias.objects.count() == before + 2
    assert TitleAlias.objects.get(role__key=KEY, language="nb", is_preferred=True).text == "Kundehelt"
    assert TitleAlias.objects.get(text="Kundevenn").normalized == "kundevenn"


def test_columns_that_a_table_lacks_leave_what_is_there(ada: User) -> None:
    title = TitleAlias.objects.filter(role__key=KEY, language="en", source="esco", is_preferred=False)[0]
    assert proposed("titles.csv", f"role,language,title\n{KEY},en,{title.text}\n", ada).changes == []
    question = Question.objects.filter(version__state="published", is_public=True)[0]
    text = question.texts.get(language="en").text
    row = ",".join([question.version.bank.key, question.key, question.category, "en", f'"{text}"'])
    item = proposed("questions.csv", f"bank,key,category,language,text\n{row}\n", ada)
    assert (item.changes, item.problems) == ([], [])


def test_a_new_question_in_a_table_needs_its_english_row(ada: User) -> None:
    anchors = ",".join(f"A{score}" for score in range(1, 6))
    header = "bank,key,category,is_public,language,text,probes,strong,weak,tip,anchor_1,anchor_2,anchor_3,anchor_4,anchor_5\n"
    norwegian = f"agent,agent-brand-new,people,no,nb,Hva?,p,s,w,,{anchors}\n"
    alone = proposed("q.csv", header + norwegian, ada)
    assert alone.changes == []
    assert alone.problems[0]["line"] == 2
    both = proposed("q.csv", header + norwegian + f"agent,agent-brand-new,people,no,en,What?,p,s,w,,{anchors}\n", ada)
    assert both.problems == []
    library_import.apply(both, by=ada)
    question = Question.objects.get(key="agent-brand-new")
    assert question.version.state == "draft"
    assert {text.language for text in question.texts.all()} == {"en", "nb"}


def test_a_library_that_moved_on_is_compared_anew_before_anything_is_applied(ada: User) -> None:
    files = exported()
    item = proposed("en-career.yaml", files["en/career.yaml"].replace("name: New agent", "name: Beginner"), ada)
    step = CareerStep.objects.get(key="entry-agent")
    step.texts["en"]["name"] = "Trainee"
    step.save()
    with pytest.raises(library_import.MovedOn):
        library_import.apply(item, by=ada)
    step.refresh_from_db()
    assert step.texts["en"]["name"] == "Trainee"
    item.refresh_from_db()
    assert item.state == ImportState.PROPOSED
    assert item.changes[0]["fields"] == [{"name": "name", "before": "Trainee", "after": "Beginner"}]
    library_import.apply(item, by=ada)
    step.refresh_from_db()
    assert step.texts["en"]["name"] == "Beginner"


def test_an_import_is_applied_once_and_dropped_ones_never(ada: User) -> None:
    changed = exported()["en/career.yaml"].replace("name: New agent", "name: Beginner")
    item = proposed("en-career.yaml", changed, ada)
    library_import.apply(item, by=ada)
    with pytest.raises(LibraryRefused):
        library_import.apply(item, by=ada)
    other = proposed("en-career.yaml", changed.replace("Beginner", "Starter"), ada)
    library_import.drop(other, by=ada)
    with pytest.raises(LibraryRefused):
        library_import.apply(other, by=ada)
    assert CareerStep.objects.get(key="entry-agent").texts["en"]["name"] == "Beginner"


def test_an_unknown_key_and_a_wrong_field_are_problems_with_a_line(ada: User) -> None:
    text = "agent-customer-service:\n  preferred: A\n  aliases: []\n\nnobody:\n  preferred: B\n  colour: red\n"
    item = proposed("nb-titles.yaml", text, ada)
    assert [(found["key"], found["line"]) for found in item.problems] == [("nobody", 5)]
    assert "colour" in item.problems[0]["message"]
    item = proposed("nb-titles.yaml", text.replace("  colour: red\n", "  aliases: []\n"), ada)
    assert "unknown" in item.problems[0]["message"]
    assert [change["key"] for change in item.changes] == [KEY]


def test_facts_that_point_nowhere_are_refused_and_blamed(ada: User) -> None:
    roles = exported()["roles/1-agent.yaml"]
    item = proposed("roles.yaml", roles.replace("plan: agent-short", "plan: no-such-plan", 1), ada)
    assert item.changes == []
    assert [found["key"] for found in item.problems] == [KEY]
    assert "no-such-plan" in item.problems[0]["message"]
    assert item.problems[0]["line"] == 1


def test_two_moves_between_the_same_roles_are_refused(ada: User) -> None:
    RoleFactory.create(key="elsewhere")
    text = "moves:\n- {key: twin, from: agent-order-taking, to: agent-customer-service, kind: up}\n"
    item = proposed("career.yaml", text, ada)
    assert item.changes == []
    assert item.problems


def test_every_field_of_every_part_may_be_of_any_shape(ada: User) -> None:
    from postings.services.library_shapes import FACTS

    files, wanted = {}, 0
    for file in ("roles", "questions", "screening", "plans", "instruction"):
        rows = [(name, place, value) for name in FACTS[library_uploads.FACTS_OF[file]] for place, value in enumerate(ANY_SHAPE)]
        files[f"{file}.yaml"] = "\n".join(
            f"- {{key: {file}-{name.replace('_', '-')}-{place}, {name}: {value}}}" for name, place, value in rows
        )
        wanted += len(rows)
    item = proposed("library.zip", zipped(files), ada)
    assert item.changes == []
    assert len(item.problems) == wanted


ANY_SHAPE = ("x", "[x]", "{x: y}", "[{x: [1]}]", "5", "null", "yes")


def test_translations_of_a_changed_english_text_are_marked_behind(ada: User) -> None:
    from postings.services.library import is_behind

    files = exported()
    title = "title: Customer service agent"
    assert title in files["en/templates/1-agent.yaml"]
    library_import.apply(
        proposed("en-templates.yaml", files["en/templates/1-agent.yaml"].replace(title, "title: Customer agent", 1), ada), by=ada
    )
    draft = TemplateVersion.objects.get(state="draft")
    texts: dict[str, Any] = {text.language: text for text in draft.texts.all()}
    assert is_behind(texts["nb"], texts["en"])
    assert not is_behind(texts["en"], texts["en"])


def test_keys_and_titles_too_long_for_their_place_are_problems(ada: User) -> None:
    long = "a" * 60
    bank = f"- {{key: agent, tier: agent, questions: [{{key: {long}, category: people, is_public: false}}]}}"
    item = proposed("questions.yaml", bank, ada)
    assert item.changes == []
    assert "59" in item.problems[0]["message"]
    titles = f"{KEY}:\n  preferred: Agent\n  aliases: [{{text: Clerk, source: {'s' * 21}}}]\n"
    item = proposed("en-titles.yaml", titles, ada)
    assert item.changes == []
    assert "20" in item.problems[0]["message"]
    rows = f"bank,key,category,language,text\nagent,{long},people,en,Why?\n"
    item = proposed("questions.csv", rows, ada)
    assert item.changes == []
    assert "59" in item.problems[0]["message"]


@pytest.mark.parametrize("part", ["screening", "plans", "kits", "career"])
def test_words_without_their_main_one_are_problems(ada: User, part: str) -> None:
    name = "question: " if part == "screening" else "name: "
    text = exported()[f"en/{part}.yaml"]
    at = text.index(name)
    line = text[text.rindex("\n", 0, at) + 1 : text.index("\n", at) + 1]
    item = proposed("library.zip", zipped({f"en/{part}.yaml": text.replace(line, "", 1)}), ada)
    assert [found["message"] for found in item.problems] == [f"Fill in: {name[:-2]}"]
    assert item.changes == []


def test_english_is_not_emptied_by_an_import(ada: User) -> None:
    item = proposed("en-instruction.yaml", "general-position: ''\n", ada)
    assert item.changes == []
    assert "English text is missing" in item.problems[0]["message"]
    item = proposed("nb-instruction.yaml", "general-position: ''\n", ada)
    assert [change["language"] for change in item.changes] == ["nb"]


def test_a_kit_of_an_employer_is_not_the_librarys_to_change(ada: User, northline: Employer) -> None:
    kit = InterviewKit.objects.filter(employer=None).order_by("key")[0]
    text = exported()["en/kits.yaml"]
    KitQuestion.objects.filter(kit=kit).delete()
    InterviewKit.objects.filter(pk=kit.pk).update(employer=northline, names={"en": "Ours"})
    item = proposed("library.zip", zipped({"plans.yaml": exported()["plans.yaml"], "en/kits.yaml": text}), ada)
    try:
        library_import.apply(item, by=ada, leave_out=True)
    except LibraryRefused:
        pass
    kit.refresh_from_db()
    assert kit.names == {"en": "Ours"}


@pytest.mark.parametrize("name", ["plans", "pay", "en/titles/1-agent", "en/templates/1-agent", "questions/1-agent"])
def test_what_an_import_names_is_locked_before_it_is_compared(ada: User, name: str) -> None:
    """A save between comparing and writing would be lost: whoever saves waits for a lock that the import has by then."""
    text = exported()[f"{name}.yaml"]
    over = library_uploads.read_upload("library.zip", zipped({f"{name}.yaml": text})).over
    with CaptureQueriesContext(connection) as queries:
        library_apply.lock(over)
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    tables = {
        "plans": "postings_interviewplan",
        "pay": "postings_payfigure",
        "en/titles/1-agent": "postings_role",
        "en/templates/1-agent": "postings_roletemplate",
        "questions/1-agent": "postings_questionbank",
    }
    assert any(f'FOR UPDATE OF "{tables[name]}"' in sql for sql in locks)
