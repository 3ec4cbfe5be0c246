"""The job instruction: what it says, in which language, and as which file."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader
from reportlab.lib.units import mm

from callcenter_jobs.accounts.models import User
from callcenter_jobs.lib import pdf
from postings.instruction_pdf import file_name, instruction_pdf
from postings.models import Employer, InstructionClause, Posting, PostingText, Role, RoleTemplate, TemplateText, TemplateVersion
from postings.services import instructions, library_files
from postings.services.instructions import Clause, Instruction, Position, build
from postings.tests.factories import PostingFactory, RoleFactory

LANGUAGES = ("en", "nb", "sv", "hr", "ru")
CLAUSES = (
    Clause("general-position", "general", "This is about {title} at {employer}.", "en"),
    Clause("general-superior", "general", "Superior: {reports_to}", "en"),
    Clause("general-by", "general", "By order of: {line}", "en"),
    Clause("lead-must-know", "must_know", "The holder must know:", "en"),
    Clause("know-rules", "must_know", "The rules.", "en"),
    Clause("lead-requirements", "must_know", "Requirements:", "en"),
    Clause("lead-duties", "duties", "Duties:", "en"),
    Clause("duty-other", "duties", "Other duties may be assigned.", "en"),
    Clause("right-ask", "rights", "To ask.", "en"),
    Clause("liable", "liability", "Damage.", "en"),
)


def position(**values: Any) -> Position:
    return Position(
        **{
            "title": "Agent",
            "lang": "en",
            "source": "Posting X",
            "employer": "Northline",
            "reports_to": "Team lead",
            "duties": ("Answer calls.", "Log calls."),
            "must_haves": ("Clear speech.",),
            **values,
        }
    )


def rows_of(document: Instruction) -> dict[str, list[str]]:
    return {section.key: [f"{row.number} {row.text}".strip() for row in section.paragraphs] for section in document.sections}


def test_document_is_numbered_and_in_the_order_of_a_paper() -> None:
    assert rows_of(build(position(), CLAUSES, language="en")) == {
        "general": ["1.1 This is about Agent at Northline.", "1.2 Superior: Team lead", "1.3 By order of: ____"],
        "must_know": ["The holder must know:", "2.1 The rules.", "Requirements:", "2.2 Clear speech."],
        "duties": ["Duties:", "3.1 Answer calls.", "3.2 Log calls.", "3.3 Other duties may be assigned."],
        "rights": ["4.1 To ask."],
        "liability": ["5.1 Damage."],
    }


def test_unknown_value_becomes_a_line_to_fill_in() -> None:
    general = rows_of(build(position(employer="", reports_to=" "), CLAUSES, language="en"))["general"]
    assert general[:2] == ["1.1 This is about Agent at ____.", "1.2 Superior: ____"]


@pytest.mark.parametrize("text", ["See {secret}.", "See {Title}.", "See {title!r}.", "See {}.", "See { line }."])
def test_placeholder_that_nobody_knows_never_reaches_the_reader(text: str) -> None:
    shown = build(position(), [Clause("x", "general", text, "en")], language="en").sections[0].paragraphs[0].text
    assert shown == "See ____."


def test_aside_without_a_value_goes_with_its_brackets() -> None:
    clause = [Clause("x", "general", "The rules of the employer ({employer}), by ({line}).", "en")]
    shown = [build(position(employer=name), clause, language="en").sections[0].paragraphs[0].text for name in ("", "Northline")]
    assert shown == ["The rules of the employer, by (____).", "The rules of the employer (Northline), by (____)."]


def test_what_a_value_says_is_not_read_as_a_placeholder() -> None:
    shown = build(position(title="{line} {employer}"), CLAUSES, language="en").sections[0].paragraphs[0].text
    assert shown == "This is about {line} {employer} at Northline."


def test_section_without_any_words_is_left_out_and_the_numbers_close_up() -> None:
    document = build(position(must_haves=()), [CLAUSES[0], CLAUSES[3], CLAUSES[8]], language="en")
    assert [(section.number, section.key) for section in document.sections] == [("1", "general"), ("2", "duties"), ("3", "rights")]


def test_words_in_another_language_than_the_paper_are_marked() -> None:
    document = build(position(lang="nb"), [Clause("x", "general", "Clause.", "en")], language="sv")
    assert document.fallback == "nb"
    assert [paragraph.lang for section in document.sections for paragraph in section.paragraphs] == ["en", "nb", "nb", "nb"]


def test_paper_stays_bounded_whatever_is_stored() -> None:
    text = PostingText(language="en", title="T", duties=[{"text": "word " * 900}] * 300, must_haves=["x" * 5000] * 300)
    own = instructions._position(text, source="s")
    assert (len(own.duties), len(own.must_haves)) == (40, 40)
    assert max(map(len, own.duties + own.must_haves)) <= instructions.MOST_LETTERS + 1
    started = time.perf_counter()
    assert len(PdfReader(BytesIO(instruction_pdf(build(own, CLAUSES, language="en")))).pages) < 40
    assert time.perf_counter() - started < 5


# --- from rows ------------------------------------------------------------------------------------------


@pytest.fixture
def clauses(db: None) -> None:
    """The shipped clauses, as the loader stores them."""
    library = library_files.read()
    InstructionClause.objects.all().delete()
    for place, (key, facts) in enumerate(library.clauses.items()):
        texts = {
            language: {"text": files["instruction"][key]} for language, files in library.texts.items() if files["instruction"].get(key)
        }
        InstructionClause.objects.create(
            key=key, position=place, section=facts["section"], tiers=facts["tiers"], families=facts["families"], texts=texts
        )


def template_for(role: Role, **texts: dict[str, Any]) -> TemplateVersion:
    template, _made = RoleTemplate.objects.get_or_create(role=role)
    version = TemplateVersion.objects.create(template=template, number=1, state="published", published_at=timezone.now())
    for language, words in (texts or {"en": {}}).items():
        values = {
            "title": "Customer service agent",
            "summary": "S.",
            "duties": [{"text": "Answer calls", "share": 100}],
            "must_haves": ["Speech"],
        }
        TemplateText.objects.create(version=version, language=language, **{**values, **words})
    return version


def numbered(document: Instruction) -> str:
    return "\n".join(row.text for section in document.sections for row in section.paragraphs)


def test_clauses_differ_by_tier_and_family(clauses: None) -> None:
    papers = {}
    for key, tier, family in (
        ("a", "agent", "service"),
        ("c", "agent", "collections"),
        ("l", "team_lead", "service"),
        ("q", "team_lead", "quality"),
        ("m", "manager", "operations"),
    ):
        role = RoleFactory.create(key=key, tier=tier, family=family)
        papers[key] = {clause.key for clause in instructions.clauses_for(role, "en")}
    assert "know-collecting" in papers["c"] - papers["a"]
    assert "general-leads-team" in papers["l"] - papers["q"] - papers["a"]
    assert "know-scoring" in papers["q"] - papers["l"]
    assert {"right-sign", "know-budget"} <= papers["m"] - papers["l"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_in_any_language(clauses: None, northline: Employer, language: str) -> None:
    for tier in ("agent", "team_lead", "manager", "director"):
        role = RoleFactory.create(key=f"{tier}-x", tier=tier, family="sales")
        document = instructions.for_posting(PostingFactory.create(employer=northline, role=role), language=language)
        assert len(document.sections) == 5
        assert "{" not in numbered(document)
        assert "}" not in numbered(document)


def test_posting_brings_its_own_words_and_its_employer(clauses: None, posting: Posting) -> None:
    posting.texts.update(reports_to="Shift lead", must_haves=["Calm voice", "Typing?"])
    document = instructions.for_posting(Posting.objects.for_page().get(pk=posting.pk), language="en")
    rows = rows_of(document)
    assert document.employer == "Northline"
    assert any("Shift lead" in row for row in rows["general"])
    assert [row.split(" ", 1)[1] for row in rows["must_know"]][-2:] == ["Calm voice.", "Typing?"]
    assert rows["duties"][1:3] == ["3.1 Answer customers by phone and e-mail.", "3.2 Log every contact."]
    assert document.source == f"Posting {posting.code}"


def test_posting_without_the_language_keeps_its_own_words_and_says_so(clauses: None, posting: Posting) -> None:
    document = instructions.for_posting(posting, language="ru")
    assert (document.language, document.fallback) == ("ru", "en")


def test_curators_clause_in_a_language_is_used_there(clauses: None, posting: Posting) -> None:
    InstructionClause.objects.filter(key="right-propose").update(texts={"en": {"text": "Propose."}, "sv": {"text": "Föreslå ändringar."}})
    assert "Föreslå ändringar." in numbered(instructions.for_posting(posting, language="sv"))
    assert "Föreslå ändringar." not in numbered(instructions.for_posting(posting, language="en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_file_says_all_that_the_page_says(clauses: None, posting: Posting, language: str) -> None:
    posting.texts.update(title="Agent åäö čćđšž Жж")
    document = instructions.for_posting(Posting.objects.for_page().get(pk=posting.pk), language=language)
    data = instruction_pdf(document)
    reader: Any = PdfReader(BytesIO(data))
    flat = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert reader.trailer["/Root"]["/Lang"] == language
    assert "Agentåäöčćđšž" in flat
    assert "\ufffd" not in flat
    for section in document.sections:
        assert [entry.title.endswith(section.title) for entry in reader.outline].count(True) == 1
        for paragraph in section.paragraphs:
            for part in paragraph.parts:
                if isinstance(part, str):
                    # A paragraph may go on behind the head of the next page.
                    assert "".join(part.split())[:25] in flat
    assert data == instruction_pdf(document)
    assert file_name(document).endswith(f"-{language}.pdf")
    assert file_name(document).isascii()


def test_long_labels_wrap_and_keep_a_gap_to_their_line() -> None:
    label = "Подразделение или группа"
    passage = pdf.Passage(("Отдел",), number=label, indent=45 * mm)
    passage.wrap(pdf.COLUMN, 500)
    assert (len(passage.label), " ".join(passage.label)) == (2, label)
    assert max(pdf.width_of(line, pdf.REGULAR, pdf.SIZE) for line in passage.label) <= 42 * mm
    assert passage.height == 2 * pdf.LEADING, "what follows stands below the whole label"
    number = pdf.Passage(("Text",), number="10.11", indent=11 * mm)
    number.wrap(pdf.COLUMN, 500)
    assert number.label == ["10.11"]


def test_clauses_stay_where_there_is_room_and_signatures_go_on_together() -> None:
    own = position(duties=tuple(f"Duty number {number}." for number in range(1, 30)))
    seen_apart = False
    for count in range(1, 30):
        clauses = [*CLAUSES, *(Clause(f"d{number}", "liability", "Damage.", "en") for number in range(count))]
        pages = [page.extract_text() for page in PdfReader(BytesIO(instruction_pdf(build(own, clauses, language="en")))).pages]
        last = pages[-1]
        if len(pages) > 1 and "Damage." not in last:
            seen_apart = True
            assert f"5.{count + 1}" in pages[-2]
            assert build(own, clauses, language="en").read in " ".join(last.split())
    assert seen_apart


def test_file_is_made_within_a_request(clauses: None, posting: Posting) -> None:
    document = instructions.for_posting(posting, language="en")
    instruction_pdf(document)  # reads the fonts
    times = []
    for _round in range(3):
        started = time.perf_counter()
        instruction_pdf(document)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3


# --- pages ----------------------------------------------------------------------------------------------


def desk_address(posting: Posting, name: str = "instruction") -> str:
    return reverse(f"desk:{name}", args=[posting.employer.slug, posting.code])


def test_member_reads_prints_and_takes_the_file(clauses: None, client: Client, ivan: User, posting: Posting) -> None:
    client.force_login(ivan)
    page = client.get(desk_address(posting), {"language": "sv"}).content.decode()
    assert '<article class="paper" lang="sv">' in page
    assert "The posting has no text in Swedish" in page
    assert f"{desk_address(posting, 'instruction_pdf')}?language=sv" in page
    file = client.get(desk_address(posting, "instruction_pdf"), {"language": "sv"})
    assert (file["Content-Type"], file["Content-Language"]) == ("application/pdf", "sv")
    assert file["Content-Disposition"].startswith('inline; filename="')
    assert file.content.startswith(b"%PDF")


def test_unknown_language_gives_the_postings_own(clauses: None, client: Client, rosa: User, posting: Posting) -> None:
    client.force_login(rosa)
    for asked in ("xx", "", "../en", "\x00"):
        assert '<article class="paper" lang="en">' in client.get(desk_address(posting), {"language": asked}).content.decode()


def test_pages_stay_within_their_queries(clauses: None, client: Client, rosa: User, posting: Posting) -> None:
    client.force_login(rosa)
    for name in ("instruction", "instruction_pdf"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(desk_address(posting, name)).status_code == 200
        assert len(captured) <= 18, name


def test_published_template_gives_everybody_a_paper_with_lines_for_the_employer(clauses: None, client: Client) -> None:
    role = RoleFactory.create()
    template_for(role)
    address = reverse("public:instruction", args=[role.key])
    page = client.get(address).content.decode()
    assert "Answer calls." in page
    assert page.count("(to fill in)") >= 7
    assert client.get(reverse("public:instruction_pdf", args=[role.key])).content.startswith(b"%PDF")
    with translation.override("ru"):
        russian = client.get(reverse("public:instruction", args=[role.key])).content.decode()
    assert '<article class="paper" lang="ru">' in russian
    assert 'lang="en">Customer service agent' in russian


def test_paper_exists_only_for_published_templates_of_roles_in_use(clauses: None, client: Client) -> None:
    role = RoleFactory.create()
    version = template_for(role)
    addresses = [reverse(f"public:{name}", args=[role.key]) for name in ("instruction", "instruction_pdf")]
    TemplateVersion.objects.filter(pk=version.pk).update(state="draft")
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    TemplateVersion.objects.filter(pk=version.pk).update(state="published")
    Role.objects.filter(pk=role.pk).update(is_active=False)
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    Role.objects.filter(pk=role.pk).update(is_active=True)
    version.texts.all().delete()
    assert [client.get(address).status_code for address in addresses] == [404, 404]
