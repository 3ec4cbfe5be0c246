"""The rules of the house that can be read off the source: sizes, who may write what, who may send mail, who imports whom.

Each rule is a function from a module's syntax tree to what breaks it, and is shown a bad example of its own: a rule
that finds nothing anywhere would pass as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("callcenter_jobs", "postings", "applicants")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONGEST_VIEW = 40
LONGEST_SHEET = 300

# Who may write an attribute or column called "state". Only the first knows a posting's states.
POSTING_GATE = "postings/services/publishing.py"
STATE_WRITERS = {
    POSTING_GATE: "Posting",
    "postings/services/library_review.py": "TemplateVersion and BankVersion",
    "postings/services/library_loading.py": "TemplateVersion and BankVersion",
    "postings/services/library_import.py": "LibraryImport",
    "applicants/tasks.py": "Document",
    "callcenter_jobs/outbox/": "Message",
}
# Django's mail classes outside the outbox, and what for.
MAIL_NAMES = {"callcenter_jobs/accounts/adapter.py": "types of what allauth renders; allauth sends it through the outbox's backend"}

WRITING = {"update", "create", "acreate", "aupdate", "get_or_create", "update_or_create", "bulk_update"}
MODELS = {"Posting"}
SENDING = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user"}
MAIL_CLASSES = {"EmailMessage", "EmailMultiAlternatives", "get_connection"}


def product() -> list[str]:
    """Every module that is no test and no numbered migration."""
    return [name for name in modules() if "/tests/" not in name and name.startswith(PACKAGES)]


def modules() -> list[str]:
    folders = [ROOT / name for name in (*PACKAGES, "benchmarks")]
    found = [ROOT / "conftest.py", ROOT / "manage.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return sorted(str(path.relative_to(ROOT)) for path in found if not ("migrations" in path.parts and path.name[0] == "0"))


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def called(node: ast.Call) -> str:
    """The last name of what is called: ``objects.filter(…).update(…)`` is ``update``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def long_functions(tree: ast.Module, longest: int) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > longest:
                yield f"{node.lineno}: {node.name} has {length} lines"


def swallowed(tree: ast.Module) -> Iterator[str]:
    """Handlers of everything that neither raise nor log, and handlers of anything that only pass."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            types = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {"BaseException"}
            tells = any(
                isinstance(inner, ast.Raise) or (isinstance(inner, ast.Call) and called(inner) == "exception")
                for statement in node.body
                for inner in ast.walk(statement)
            )
            if types & {"Exception", "BaseException"} and not tells:
                yield f"{node.lineno}: catches everything and tells nobody"
            elif all(isinstance(statement, ast.Pass) for statement in node.body):
                yield f"{node.lineno}: only passes"
        elif (
            isinstance(node, ast.Call) and called(node) == "suppress" and {"Exception", "BaseException"} & set(map(ast.unparse, node.args))
        ):
            yield f"{node.lineno}: suppresses everything"


def state_writes(tree: ast.Module) -> Iterator[str]:
    """Places that assign ``x.state``, or hand ``state`` to something that stores it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store):
            # What an object keeps for itself (a view model, a checker) is no column.
            if not (isinstance(node.value, ast.Name) and node.value.id == "self"):
                yield f"{node.lineno}: assigns .state"
        elif isinstance(node, ast.Call):
            name = called(node)
            words = {keyword.arg for keyword in node.keywords}
            if "state" in words and (name in WRITING or name in MODELS):
                yield f"{node.lineno}: {name}(state=…)"
            strings = {text.value for text in ast.walk(node) if isinstance(text, ast.Constant)}
            if name in {"setattr", "bulk_update"} and "state" in strings:
                yield f"{node.lineno}: {name}(…, 'state')"


def mail_sent(tree: ast.Module) -> Iterator[str]:
    """Django's functions that send, ``smtplib``, and mails built or opened by hand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"django.core.mail", "smtplib"}:
            yield f"{node.lineno}: imports from {node.module}"
        elif isinstance(node, ast.Import) and any(name.name in {"django.core.mail", "smtplib"} for name in node.names):
            yield f"{node.lineno}: imports a mail module"
        elif isinstance(node, ast.Call) and called(node) in SENDING | MAIL_CLASSES:
            # allauth's adapter is told what to send and passes it on to its parent.
            own = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call) and called(node.func.value) == "super"
            if not own and not _is_database(node):
                yield f"{node.lineno}: calls {called(node)}"


def _is_database(node: ast.Call) -> bool:
    """``transaction.get_connection()`` asks the database."""
    return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "transaction"


def broken(names: list[str], rule: Callable[[ast.Module], Iterator[str]]) -> list[str]:
    return [f"{name}:{what}" for name in names for what in rule(tree_of(name))]


def test_modules_are_short() -> None:
    sizes = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in modules()}
    assert len(sizes) > 200
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    assert broken(modules(), lambda tree: long_functions(tree, LONGEST_FUNCTION)) == []


def test_views_are_shorter() -> None:
    views = [name for name in product() if "/views/" in name or name.endswith("views.py")]
    assert len(views) > 20
    assert broken(views, lambda tree: long_functions(tree, LONGEST_VIEW)) == []


def test_style_sheets_and_scripts_are_short() -> None:
    files = [*(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "static" / "js").glob("*.js"), *(ROOT / "templates").rglob("*.txt")]
    assert len(files) > 40
    assert [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_SHEET] == []


def test_no_error_is_swallowed() -> None:
    assert broken(product(), swallowed) == []


def test_nothing_but_publishing_writes_a_postings_state() -> None:
    strangers = [name for name in product() if not name.startswith(tuple(STATE_WRITERS))]
    assert broken(strangers, state_writes) == []
    assert list(state_writes(tree_of(POSTING_GATE)))
    for name in product():
        if name != POSTING_GATE and name.startswith(tuple(STATE_WRITERS)):
            # They write states of their own rows, and could not name one of a posting.
            assert "PostingState" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_nothing_but_the_outbox_sends_mail() -> None:
    strangers = [name for name in product() if not name.startswith("callcenter_jobs/outbox/")]
    found = broken(strangers, mail_sent)
    assert [what for what in found if not (what.startswith(tuple(MAIL_NAMES)) and "imports from django.core.mail" in what)] == []
    assert list(mail_sent(tree_of("callcenter_jobs/outbox/compose.py")))


def test_imports_go_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (lambda tree: long_functions(tree, 2), "def f():\n    a = 1\n    return a"),
        (swallowed, "try:\n    f()\nexcept:\n    x = 1"),
        (swallowed, "try:\n    f()\nexcept Exception:\n    x = 1"),
        (swallowed, "try:\n    f()\nexcept (KeyError, Exception):\n    x = 1"),
        (swallowed, "try:\n    f()\nexcept ValueError:\n    pass"),
        (swallowed, "with suppress(Exception):\n    f()"),
        (state_writes, "posting.state = PostingState.OPEN"),
        (state_writes, "Posting.objects.filter(pk=1).update(title='x', state='open')"),
        (state_writes, "Posting(employer=employer, state='open')"),
        (state_writes, "setattr(posting, 'state', 'open')"),
        (state_writes, "Posting.objects.bulk_update(rows, ['state'])"),
        (mail_sent, "from django.core.mail import send_mail"),
        (mail_sent, "import smtplib"),
        (mail_sent, "user.email_user('Hello', 'You')"),
        (mail_sent, "mail.EmailMessage('Hello').send()"),
    ],
)
def test_rules_catch_what_they_should(rule: Callable[[ast.Module], Iterator[str]], bad: str) -> None:
    assert list(rule(ast.parse(bad)))


@pytest.mark.parametrize(
    ("rule", "fine"),
    [
        (swallowed, "try:\n    f()\nexcept Exception:\n    logger.exception('f')"),
        (swallowed, "try:\n    f()\nexcept ValueError:\n    return None"),
        (state_writes, "Posting.objects.filter(state='open').exclude(state='draft')"),
        (state_writes, "self.state = 'quiet'"),
        (mail_sent, "connection = transaction.get_connection()"),
        (mail_sent, "super().send_mail(prefix, address, context)"),
    ],
)
def test_rules_let_pass_what_is_fine(rule: Callable[[ast.Module], Iterator[str]], fine: str) -> None:
    assert not list(rule(ast.parse(fine)))
