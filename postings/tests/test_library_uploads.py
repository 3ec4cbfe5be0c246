"""Files as they come: bad ones get a clear message, bad rows a line and a reason, and 10 000 rows cost few queries."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from callcenter_jobs.accounts.models import User
from postings.enums import ImportState
from postings.models import LibraryEvent, LibraryImport, PayFigure
from postings.services import library_import, library_uploads
from postings.services.library import LibraryRefused
from postings.services.library_remarks import pay_remarks
from postings.services.library_tables import Unreadable, plain_cell, safe_cell
from postings.services.library_yaml import Lines

pytestmark = pytest.mark.django_db


def zipped(files: dict[str, str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def spoiled(archive: bytes) -> bytes:
    """Its packed bytes are not what packing makes."""
    start = archive.index(b"pay.yaml") + len(b"pay.yaml")
    return archive[:start] + b"\xff" * 12 + archive[start + 12 :]


def proposed(name: str, data: str, by: User) -> LibraryImport:
    return library_import.propose(library_uploads.read_upload(name, data.encode()), file_name=name, by=by)


@pytest.mark.parametrize("text", ["=1+1", "+47 22", "-5", "@x", "\tx", "'=x", "''-y", "plain", "'quoted'", "a=b", ""])
def test_cells_are_safe_for_spreadsheets_and_come_back(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(cell) == text


# --- many rows, and bad ones --------------------------------------------------------------------------

PAY_HEADER = "key,role,tier,country,currency,period,measure,amount,year,source_name\n"


def pay_rows(number: int, *, amount: str = "210.50") -> list[str]:
    return [f"figure-{n},,agent,NO,NOK,hour,median,{amount},2025,Statistics" for n in range(number)]


def test_ten_thousand_rows_with_three_bad_ones(ada: User) -> None:
    rows = pay_rows(10_000)
    rows[10] = rows[10].replace("210.50", "much")
    rows[5000] = rows[5000].replace("NOK", "kroner")
    rows[9000] = rows[9000].replace("agent", "boss")
    with CaptureQueriesContext(connection) as reading:
        item = proposed("pay.csv", PAY_HEADER + "\n".join(rows), ada)
    assert len(reading) < 30
    assert (len(item.changes), len(item.problems), item.rows) == (9997, 3, 10_000)
    assert [found["line"] for found in item.problems] == [12, 5002, 9002]
    assert "much" in item.problems[0]["message"]
    assert item.problems[2]["row"]["tier"] == "boss"
    with pytest.raises(LibraryRefused):
        library_import.apply(item, by=ada)
    assert PayFigure.objects.count() == 0
    with CaptureQueriesContext(connection) as applying:
        library_import.apply(item, by=ada, leave_out=True)
    # A few statements for all rows, none for each.
    assert len(applying) < 60
    assert PayFigure.objects.count() == 9997
    assert PayFigure.objects.get(key="figure-7").amount == Decimal("210.50")
    assert LibraryEvent.objects.filter(area="pay").count() == 9997
    # Every one of them changed again, in place.
    item = proposed("pay.csv", PAY_HEADER + "\n".join(pay_rows(9000, amount="211")), ada)
    assert item.changes[0]["fields"] == [{"name": "amount", "before": "210.50", "after": "211.00"}]
    library_import.apply(item, by=ada, leave_out=True)
    assert PayFigure.objects.filter(amount=211).count() == 9000
    assert PayFigure.objects.get(key="figure-7").position == 7


def test_only_the_columns_of_a_pay_table_change(ada: User) -> None:
    PayFigure.objects.create(
        key="figure-0",
        tier="agent",
        country="NO",
        currency="NOK",
        period="hour",
        measure="median",
        amount=1,
        source_name="S",
        source_note="Kept",
    )
    item = proposed("pay.csv", PAY_HEADER + pay_rows(1, amount="1 234,50")[0].replace("1 234,50", '"1 234,50"'), ada)
    library_import.apply(item, by=ada)
    figure = PayFigure.objects.get()
    assert (figure.amount, figure.source_note, figure.edited_by) == (Decimal("1234.50"), "Kept", ada)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("figure 1,,agent,NO,NOK,hour,median,1,2025,S", "no key"),
        ("f,no-such-role,agent,NO,NOK,hour,median,1,2025,S", "no-such-role"),
        ("f,,agent,NO,NOK,hour,median,-1,2025,S", "no amount"),
        ("f,,agent,NO,NOK,hour,median,0,2025,S", "above zero"),
        ("f,,agent,NO,NOK,hour,median,1,1066,S", "1990"),
        ("f,,agent,NO,NOK,hour,median,1,20x5,S", "no year"),
        ("f,,agent,NO,NOK,hour,median,1,2025,", "source_name"),
        ("f,,agent,NO,NOK,hour,median,1,2025," + "S" * 161, "160"),
        ("f,,agent,NO,NOK,hour,median,1,2025,S,one,too,many", "more cells"),
        ("good,,agent,NO,NOK,hour,median,1,2025,S", "already"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason_and_the_good_one_stands(ada: User, bad: str, says: str) -> None:
    item = proposed("pay.csv", PAY_HEADER + "good,,agent,NO,NOK,hour,median,1,2025,S\n" + bad, ada)
    assert [change["key"] for change in item.changes] == ["good"]
    assert [found["line"] for found in item.problems] == [3]
    assert says in item.problems[0]["message"]


def test_a_web_address_that_is_none_is_refused(ada: User) -> None:
    item = proposed("pay.csv", PAY_HEADER.strip() + ",source_url\n" + pay_rows(1)[0] + ",javascript:alert(1)", ada)
    assert item.changes == []
    assert "https" in item.problems[0]["message"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("pay.yaml", b"", "empty"),
        ("pay.yaml", b"   \n", "empty"),
        ("pay.yaml", b"- key: [unclosed", "line"),
        ("pay.yaml", "å".encode("latin-1"), "UTF-8"),
        ("pay.csv", "key,tier\n".encode("utf-16"), "UTF-8"),
        ("pay.csv", b"a,b,c\n1,2,3", "columns"),
        ("pay.csv", PAY_HEADER.encode(), "no rows"),
        ("pay.csv", PAY_HEADER.replace("\n", ",colour\n").encode() + b"x", "colour"),
        ("pay.csv", PAY_HEADER.encode() + b'x,"unclosed', "quotation mark"),
        ("notes.docx", b"PK-not", "none of them"),
        ("whatever.yaml", b"- {key: x}", "name of the file"),
        ("titles.yaml", b"x: {}", "language"),
        ("pay.yaml", b"x: {}", "list"),
        ("nb-titles.yaml", b"- {key: x}", "mapping"),
        ("pay.yaml", b"a: &a [1]\nb: *a", "references"),
        # Between apostrophes of plain words a reference is still a reference.
        ("pay.yaml", b"a: &a [x]\nb: [it's, *a, *a, it's]", "references"),
        ("pay.yaml", b"- &a [it's, *a, it's]", "references"),
        ("pay.yaml", b"[" * 5000, "nesting"),
        ("pay.yaml", b"\n".join(b" " * level + b"a:" for level in range(40)), "nesting"),
        ("pay.yaml", b"- {key: x, tier: agent, tier: manager}", "line 1: \u201ctier\u201d stands twice"),
        ("pay.yaml", b"- [" + b"a," * 600_000 + b"]", "500000 values"),
        ("pay.yaml", b"- " * 5000, "nesting"),
        ("pay.yaml", b"- {key: x, year: " + b"9" * 5000 + b"}", "cannot be read"),
        ("pay.yaml", b'- {key: x, tier: "\\ud800"}', "line 1: this is no valid YAML"),
        ("pay.yaml", b"- {key: x, year: 2024-13-45}", "cannot be read"),
        ("lib.zip", b"PK\x03\x04 broken", "none of them"),
        ("lib.zip", spoiled(zipped({"pay.yaml": "- {key: x}\n" * 500})), "damaged"),
        ("lib.zip", zipped({"pay.yaml": "[]"}, zipfile.ZIP_LZMA), "cannot be read"),
        ("lib.zip", zipped({"readme.txt": "x"}), "no YAML"),
        ("lib.zip", zipped({"../pay.yaml": "[]"}), "leads elsewhere"),
        ("lib.zip", zipped({"/etc/pay.yaml": "[]"}), "leads elsewhere"),
        ("lib.zip", zipped({"roles.yaml": "[]", "colours.yaml": "[]"}), "no such file"),
        ("lib.zip", zipped({f"{n}.yaml": "x" for n in range(301)}), "300"),
        ("lib.zip", zipped({"pay.yaml": "#" * (21 * 1024 * 1024)}), "20 MB"),
        ("pay.yaml", b"#" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_gets_a_clear_message(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        library_uploads.read_upload(name, data)
    assert says in refusal.value.message


@pytest.mark.parametrize(
    "text",
    [
        "- {key: x, tier: [1], amount: {a: 1}}",
        "- {key: x, tier: agent, amount: .nan}",
        "- {key: x, tier: agent, amount: .inf, year: -5}",
        '- {key: x, tier: "\\0", amount: 1}',
        "- {key: x, tier: yes, amount: 1}",
        "- 5",
        "- {key: 5}",
        "- {key: x, 2024-01-01: 1}",
        "- {key: x, year: 0x" + "f" * 20_000 + "}",
        "- {key: x, amount: 2024-01-01, year: 2024-01-01}",
    ],
)
def test_hostile_entries_are_problems_and_never_errors(ada: User, text: str) -> None:
    item = proposed("pay.yaml", text, ada)
    assert item.changes == []
    assert len(item.problems) == 1


def test_contents_of_old_imports_are_forgotten(ada: User) -> None:
    items = [proposed("pay.csv", PAY_HEADER + pay_rows(1)[0], ada) for _number in range(library_import.KEPT + 2)]
    first, last = items[0], items[-1]
    first.refresh_from_db()
    assert (first.payload, first.changes, first.state) == ({}, [], ImportState.DROPPED)
    assert last.changes
    assert LibraryImport.objects.exclude(payload={}).count() == library_import.KEPT


def test_unknown_countries_and_currencies_are_refused(ada: User) -> None:
    rows = "a,agent,NO,NOK,hour,median,250.00,2025,Statistics\nb,agent,ZZ,NOK,hour,median,250.00,2025,Other\n"
    rows += "c,agent,NO,ZZZ,hour,median,250.00,2025,Third\nd,agent,NO,XXX,hour,median,250.00,2025,Fourth\n"
    header = "key,tier,country,currency,period,measure,amount,year,source_name\n"
    item = proposed("pay.csv", header + rows, ada)
    assert [change["key"] for change in item.changes] == ["a"]
    assert {found["key"]: found["message"] for found in item.problems} == {
        "b": "There is no country with the code ZZ (ISO 3166).",
        "c": "There is no currency with the code ZZZ (ISO 4217).",
        "d": "There is no currency with the code XXX (ISO 4217).",
    }


def test_amounts_far_off_and_twins_are_pointed_out_beside_the_change(ada: User, client: Client) -> None:
    header = "key,tier,country,currency,period,measure,amount,year,source_name\n"
    first = "one,agent,NO,NOK,hour,median,{},2025,Statistics\n"
    library_import.apply(proposed("pay.csv", header + first.format("250.00"), ada), by=ada)
    item = proposed("pay.csv", header + first.format("2500.00") + "two,agent,NO,NOK,hour,median,260.00,2025,Statistics\n", ada)
    assert item.problems == []
    assert {key: len(found) for key, found in pay_remarks(item).items()} == {"one": 2, "two": 1}
    client.force_login(ada)
    page = client.get(reverse("curate:import", args=[item.code])).content.decode()
    assert "more than 3 times as high or as low as before" in page
    assert "There is another figure of the same source, year, group and kind: one" in page
    apart = proposed("pay.csv", header + first.format("700.00") + "two,agent,NO,NOK,hour,mean,260.00,2025,Statistics\n", ada)
    assert pay_remarks(apart) == {}


def test_an_import_that_changes_nothing_is_filed_away_and_says_so(ada: User, client: Client) -> None:
    text = "key,tier,country,currency,period,measure,amount,year,source_name\none,agent,NO,NOK,hour,median,250.00,2025,Statistics\n"
    library_import.apply(proposed("pay.csv", text, ada), by=ada)
    item = proposed("again.csv", text, ada)
    assert (item.state, item.had_nothing, item.payload) == (ImportState.DROPPED, True, {})
    dropped = proposed("other.csv", text.replace("250", "251"), ada)
    library_import.drop(dropped, by=ada)
    dropped.refresh_from_db()
    assert not dropped.had_nothing
    client.force_login(ada)
    for path in (reverse("curate:import", args=[item.code]), reverse("curate:import_list")):
        assert "Nothing to change" in client.get(path).content.decode()


def test_what_is_no_yaml_is_said_in_the_language_of_the_page(ada: User) -> None:
    with translation.override("nb"), pytest.raises(Unreadable) as refusal:
        proposed("pay.yaml", "- {key: x, tier: [agent\n- {key: y}\n", ada)
    assert re.match(r"pay\.yaml, (line|linje) 2: ", refusal.value.message)
    assert refusal.value.message.endswith(")")


def test_the_line_of_each_of_many_entries_is_found_in_one_pass() -> None:
    """Searching the text once per entry would take minutes for a file of the largest size."""
    text = "".join(f"- key: figure-{n}\n  source_note: {'x' * 400}\n" for n in range(15_000))
    lines = Lines("pay.yaml", text)
    assert [lines.of(f"figure-{n}")["line"] for n in (0, 1, 14_999)] == [1, 3, 29_999]
    assert lines.of("figure-x") == {"where": "pay.yaml", "line": 0}
    for line in ("- {key: my-key, tier: agent}", '  "my-key":', "my-key: # remark", "- tier: agent\n  key: 'my-key'"):
        assert Lines("x.yaml", "# first\n" + line).of("my-key")["line"] == 2 + line.count("\n")
