"""Two tenants with one of everything, a library, and seven people: the stage of the tenant matrix."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from applicants.access import AlertLink, alert_token, status_token
from applicants.models import Application, Document, DocumentBlob
from applicants.services import digest
from applicants.services.drafts import start_draft
from applicants.services.notes import add_note
from applicants.stages import stage_key
from applicants.tests.factories import ApplicationFactory, CandidateFactory, JobAlertFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from callcenter_jobs.outbox import queue
from postings.enums import MemberRole, StageKind, VersionState
from postings.models import (
    BankVersion,
    Employer,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryImport,
    Membership,
    Question,
    QuestionBank,
    QuestionText,
    Role,
    RoleTemplate,
    TemplateText,
    TemplateVersion,
)
from postings.services import team
from postings.tests.factories import (
    EmployerFactory,
    LibraryMemberFactory,
    MembershipFactory,
    PayFigureFactory,
    PostingFactory,
    RoleFactory,
    SiteFactory,
    TitleAliasFactory,
    stage_of,
)

# Stands in everything of a tenant that is not public. No stranger's page may show it.
CANARY = {"northline": "CANARYNORTH", "fjordline": "CANARYFJORD"}

UNKNOWN: dict[str, Any] = {
    "slug": "no-such-employer",
    "posting": "ZZZZZZZZZZ",
    "draft_posting": "ZZZZZZZZZZ",
    "posting_slug": "customer-service-agent",
    "application": "ZZZZZZZZZZ",
    "mail": "ZZZZZZZZZZ",
    "site": "ZZZZZZZZZZ",
    "member": "ZZZZZZZZZZ",
    "invitation": "ZZZZZZZZZZ",
    "document": "ZZZZZZZZZZ",
    "stage": "9-interview",
    "apply_key": "Z" * 26,
    "invitation_token": "0" * 64,
    "role": "no-such-role",
    "title": 2_000_000_000,
    "library_member": 2_000_000_000,
    "bank": "no-such-bank",
    "bank_question": "no-such-question",
    "pay_figure": "no-such-figure",
    "clause": "no-such-clause",
    "library_kit": "no-such-kit",
    "library_plan": "no-such-plan",
    "library_import": "ZZZZZZZZZZ",
    "security_key": 2_000_000_000,
}


@dataclass
class Tenant:
    employer: Employer
    canary: str
    objects: dict[str, Any]


@dataclass
class World:
    tenants: dict[str, Tenant]
    people: dict[str, User]
    library: dict[str, Any]
    sessions: dict[str, str]

    def client(self, person: str) -> Client:
        """A fresh browser of the person, with nothing but the session."""
        client = Client(raise_request_exception=False)
        if person != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client

    def add_security_keys(self) -> dict[str, int]:
        """One per person, for the pages about them."""
        kind = Authenticator.Type.WEBAUTHN
        return {
            name: Authenticator.objects.create(user=user, type=kind, data={"name": f"Key of {name}", "credential": {}}).pk
            for name, user in self.people.items()
        }


TEAMS = {"nora": "northline", "rosa": "northline", "ivan": "northline", "otto": "fjordline"}
ROLES = {"nora": MemberRole.OWNER, "rosa": MemberRole.RECRUITER, "ivan": MemberRole.INTERVIEWER, "otto": MemberRole.OWNER}
PEOPLE = ("anonymous", "cora", "nora", "rosa", "ivan", "otto", "ada")


def build() -> World:
    role, library = _library()
    employers = {slug: EmployerFactory.create(slug=slug, name=slug.capitalize()) for slug in CANARY}
    domains = {name: CANARY[slug].lower() for name, slug in TEAMS.items()}
    people = {
        name: UserFactory.create(email=f"{name}@{domains.get(name, 'nobody')}.example", name=name.capitalize()) for name in PEOPLE[1:]
    }
    for name, slug in TEAMS.items():
        MembershipFactory.create(user=people[name], employer=employers[slug], role=ROLES[name])
    LibraryMemberFactory.create(user=people["ada"])
    # Somebody beside Ada, who may be changed and removed.
    library["library_member"] = LibraryMemberFactory.create().pk
    tenants = {slug: _tenant(employer, role, people["nora" if slug == "northline" else "otto"]) for slug, employer in employers.items()}
    return World(tenants, people, library, {name: _session(user) for name, user in people.items()})


def _session(user: User) -> str:
    """Signed in, and confirmed a moment ago, so that sensitive pages open."""
    now = int(time.time())
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["signed_in_at"] = store["seen_at"] = now
    store["account_authentication_methods_user"] = str(user.pk)
    store["account_authentication_methods"] = [{"method": "password", "at": now, "email": user.email, "reauthenticated": True}]
    store.save()
    return str(store.session_key)


def _tenant(employer: Employer, role: Role, owner: User) -> Tenant:
    canary = CANARY[employer.slug]
    kit = InterviewKit.objects.create(key=f"kit-{employer.slug}", employer=employer, names={"en": f"Kit {canary}"})
    KitQuestion.objects.create(kit=kit, question=Question.objects.all()[0])
    posting = PostingFactory.create(employer=employer, role=role, questions=2, start_in_days=30, site__name=f"Site {canary}")
    stage = stage_of(posting, StageKind.INTERVIEW)
    stage.kit = kit
    stage.save()
    draft_posting = PostingFactory.create(employer=employer, role=role, state="draft", text__title=f"Draft {canary}")
    application: Application = ApplicationFactory.create(
        posting=posting, candidate=CandidateFactory.create(email=f"applicant.{canary.lower()}@example.com"), name=f"Applicant {canary}"
    )
    add_note(application, text=f"Note {canary}", by=owner)
    mail = queue.enqueue(
        kind="application_received",
        to=application.email,
        language="en",
        context={"application": application.code},
        dedupe_key=f"matrix:{application.code}",
        about=f"application:{application.code}",
    )
    document = Document.objects.create(
        employer=employer,
        application=application,
        blob=DocumentBlob.objects.create(content=f"%PDF {canary}".encode(), sha256="0" * 64),
        original_name=f"resume {canary}.pdf",
        content_type="application/pdf",
        size=20,
        state="read",
    )
    colleague = MembershipFactory.create(employer=employer, role=MemberRole.RECRUITER, user=UserFactory.create(name=f"Colleague {canary}"))
    invitation = team.invite(employer=employer, email=f"invited.{canary.lower()}@example.com", role="recruiter", by=owner)
    alert = JobAlertFactory.create(email=f"alert.{canary.lower()}@example.com")
    owners = Membership.objects.get(employer=employer, user=owner)
    objects = {
        "slug": employer.slug,
        "posting": posting.code,
        "draft_posting": draft_posting.code,
        "posting_slug": "customer-service-agent",
        "application": application.code,
        "mail": mail.code,
        "document": document.code,
        "site": SiteFactory.create(employer=employer, name=f"Center {canary}").code,
        "member": colleague.code,
        "invitation": invitation.code,
        "stage": stage_key(stage),
        "apply_key": start_draft(posting=posting, language="en").key,
        "status_token": status_token(application),
        "invitation_token": team.token_of(invitation),
        "digest_token": digest.off_token(owners),
        **{f"alert_{link}": alert_token(alert, link) for link in AlertLink},
    }
    return Tenant(employer, canary, objects)


def _library() -> tuple[Role, dict[str, Any]]:
    role = RoleFactory.create(key="agent-matrix")
    template = RoleTemplate.objects.create(role=role)
    version = TemplateVersion.objects.create(
        template=template, number=1, state=VersionState.PUBLISHED, channels=["voice"], published_at=timezone.now()
    )
    TemplateText.objects.create(version=version, language="en", title="Agent", summary="Help customers.")
    bank = QuestionBank.objects.create(key="bank-matrix", tier=role.tier, names={"en": "Agent"})
    bank_version = BankVersion.objects.create(bank=bank, number=1, state=VersionState.PUBLISHED, published_at=timezone.now())
    question = Question.objects.create(version=bank_version, key="why-us", category="motivation")
    QuestionText.objects.create(question=question, language="en", text="Why us?")
    title = TitleAliasFactory.create(role=role, text="Matrix agent")
    figure = PayFigureFactory.create(key="pay-matrix")
    clause = InstructionClause.objects.create(key="clause-matrix", section="duties", texts={"en": {"text": "Help customers."}})
    imported = LibraryImport.objects.create(kind="pay", file_name="pay.csv")
    kit = InterviewKit.objects.create(key="kit-matrix", names={"en": "Kit"})
    KitQuestion.objects.create(kit=kit, question=question)
    plan = InterviewPlan.objects.create(key="plan-matrix", names={"en": "Plan"})
    own = {"library_kit": kit.key, "library_plan": plan.key}
    more = own | {"pay_figure": figure.key, "clause": clause.key, "library_import": imported.code}
    return role, more | {"role": role.key, "bank": bank.key, "bank_question": question.key, "title": title.pk}
