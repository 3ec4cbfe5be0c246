"""The table of the tenant matrix: every address of the portal, and who may do what there.

A new address is added here by hand; until then ``test_tenant_matrix.py`` fails. A row names the kind of the
address, what the person needs, and which object of a tenant each part of the address stands for
(``tenant_world.py`` makes the objects).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from postings.access import Right


class Kind(Enum):
    DESK = "a hiring team's page: members with the right; a stranger gets 404"
    CURATE = "the library's page: its members; everybody else gets 404"
    ACCOUNT = "a page of one's own account"
    LINK = "whoever holds the secret in the address"
    PUBLIC = "everybody"
    OUTSIDE = "for people who are not signed in"
    LOCAL = "exists only in a local run with a mailbox"


@dataclass(frozen=True)
class Row:
    """``objects``: part of the address → object of a tenant or of the library. ``fixed``: part → literal value.

    ``get`` and ``post`` say whether the address has the method at all; ``data`` is sent with POST.
    """

    kind: Kind
    need: Right = Right.VIEW
    objects: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    get: bool = True
    post: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    # A GET that may write: the reason stands here, and the safety check leaves it out.
    writes_on_get: str = ""
    # The object is another state away: the address refuses it even for its owner (404 or a redirect).
    needs_state: bool = False


def desk(need: Right = Right.VIEW, *, get: bool = True, post: bool = False, state: bool = False, **parts: Any) -> Row:
    """``code="posting"`` names an object; other values that are not names of objects are literal."""
    objects = {"employer_slug": "slug"} | {name: value for name, value in parts.items() if value in OBJECTS}
    fixed = {name: value for name, value in parts.items() if value not in OBJECTS}
    return Row(Kind.DESK, need, objects, fixed, get=get, post=post, needs_state=state)


def curate(*, get: bool = True, post: bool = False, state: bool = False, fixed: Mapping[str, Any] | None = None, **objects: str) -> Row:
    return Row(Kind.CURATE, objects=objects, fixed=fixed or {}, get=get, post=post, needs_state=state)


# What a tenant has (tenant_world.Tenant).
OBJECTS = {"slug", "posting", "draft_posting", "application", "mail", "site", "member", "invitation", "stage", "document"}

EDIT, MOVE, NOTE, TEAM, CONTACT = Right.EDIT_POSTINGS, Right.MOVE, Right.NOTE, Right.MANAGE_TEAM, Right.SEE_CONTACT
PUBLIC, OUTSIDE, ACCOUNT = Row(Kind.PUBLIC), Row(Kind.OUTSIDE, post=True), Row(Kind.ACCOUNT, post=True)
PUBLIC_FORM = Row(Kind.PUBLIC, post=True)
APPLY = {"code": "posting", "key": "apply_key"}

TABLE: dict[str, Row] = {
    # --- edge -------------------------------------------------------------------------------
    "robots": PUBLIC,
    "security_txt": PUBLIC,
    "change_password": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "sitemap": PUBLIC,
    "sitemap_section": Row(Kind.PUBLIC, fixed={"section": "pages"}),
    "ui:styleguide": PUBLIC,
    "ui:styleguide_frame": Row(Kind.PUBLIC, fixed={"frame": "desk"}),
    "ui:theme": Row(Kind.PUBLIC, get=False, post=True),
    # --- pages for everybody ----------------------------------------------------------------
    "public:home": PUBLIC,
    "public:job_list": PUBLIC,
    "public:suggest_places": PUBLIC,
    "public:suggest_titles": PUBLIC,
    "public:my_week": PUBLIC_FORM,
    "public:job_feed": PUBLIC,
    "api:index": PUBLIC,
    "api:posting_list": PUBLIC,
    "api:posting": Row(Kind.PUBLIC, objects={"code": "posting"}),
    "public:posting": Row(Kind.PUBLIC, objects={"slug": "posting_slug", "code": "posting"}),
    "public:employer_list": PUBLIC,
    "public:employer": Row(Kind.PUBLIC, objects={"slug": "slug"}),
    "public:role_list": PUBLIC,
    "public:role": Row(Kind.PUBLIC, objects={"key": "role"}),
    "public:practice": PUBLIC,
    "public:salaries": PUBLIC,
    "public:instruction": Row(Kind.PUBLIC, objects={"key": "role"}),
    "public:instruction_pdf": Row(Kind.PUBLIC, objects={"key": "role"}),
    # --- applying and private links -----------------------------------------------------------
    "apply:start": Row(Kind.PUBLIC, objects={"code": "posting"}, post=True),
    "apply:screen": Row(Kind.LINK, objects=APPLY, fixed={"name": "contact"}, post=True),
    "apply:sent": Row(Kind.LINK, objects=APPLY, needs_state=True),
    "alerts:ask": Row(Kind.PUBLIC, post=True),
    "alerts:confirm": Row(Kind.LINK, objects={"token": "alert_confirm"}, post=True),
    "alerts:stop": Row(Kind.LINK, objects={"token": "alert_stop"}, post=True),
    "alerts:manage": Row(Kind.LINK, objects={"token": "alert_manage"}, post=True),
    "status:detail": Row(Kind.LINK, objects={"token": "status_token"}),
    "status:correct": Row(Kind.LINK, objects={"token": "status_token"}, post=True),
    "status:withdraw": Row(Kind.LINK, objects={"token": "status_token"}, post=True),
    "team:invitation": Row(Kind.LINK, objects={"token": "invitation_token"}),
    "hiring:digest_off": Row(Kind.LINK, objects={"employer_slug": "slug", "token": "digest_token"}, post=True),
    # --- one's own account ------------------------------------------------------------------
    "me:home": Row(Kind.ACCOUNT),
    "accounts:profile": ACCOUNT,
    "accounts:after_login": Row(Kind.ACCOUNT),
    "account_login": OUTSIDE,
    "account_signup": OUTSIDE,
    "account_logout": OUTSIDE,
    "account_inactive": OUTSIDE,
    "account_email_verification_sent": OUTSIDE,
    "account_reset_password": OUTSIDE,
    "account_reset_password_done": OUTSIDE,
    "account_reset_password_from_key": Row(Kind.OUTSIDE, fixed={"uidb36": "1", "key": "set-password"}, post=True),
    "account_reset_password_from_key_done": OUTSIDE,
    "account_request_login_code": OUTSIDE,
    "account_confirm_login_code": OUTSIDE,
    "mfa_authenticate": OUTSIDE,
    "mfa_login_webauthn": OUTSIDE,
    "account_reauthenticate": ACCOUNT,
    "account_email": ACCOUNT,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "usersessions_list": Row(Kind.ACCOUNT),
    "mfa_index": ACCOUNT,
    "mfa_reauthenticate": ACCOUNT,
    "mfa_activate_totp": ACCOUNT,
    "mfa_deactivate_totp": ACCOUNT,
    "mfa_view_recovery_codes": ACCOUNT,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_download_recovery_codes": ACCOUNT,
    "mfa_list_webauthn": ACCOUNT,
    "mfa_add_webauthn": ACCOUNT,
    "mfa_reauthenticate_webauthn": ACCOUNT,
    "mfa_remove_webauthn": Row(Kind.ACCOUNT, objects={"pk": "security_key"}, post=True),
    "mfa_edit_webauthn": Row(Kind.ACCOUNT, objects={"pk": "security_key"}, post=True),
    "team:chooser": Row(Kind.ACCOUNT),
    "team:create": ACCOUNT,
    # --- teams --------------------------------------------------------------------------------
    "team:members": desk(),
    "team:invite": desk(TEAM, get=False, post=True),
    "team:resend": desk(TEAM, get=False, post=True, code="invitation"),
    "team:revoke": desk(TEAM, get=False, post=True, code="invitation"),
    "team:member": desk(TEAM, post=True, code="member"),
    "team:remove": desk(TEAM, get=False, post=True, code="member"),
    "team:settings": desk(TEAM, post=True),
    "team:sites": desk(TEAM),
    "team:site_new": desk(TEAM, post=True),
    "team:site": desk(TEAM, post=True, code="site"),
    # --- postings at the desk -----------------------------------------------------------------
    "desk:posting_list": desk(),
    "desk:posting_new": desk(EDIT, post=True),
    "desk:posting": desk(code="posting"),
    "desk:posting_step": desk(EDIT, post=True, code="posting", step="work"),
    "desk:posting_text": desk(EDIT, post=True, code="posting", language="nb"),
    "desk:posting_text_remove": desk(EDIT, get=False, post=True, code="posting", language="nb", state=True),
    "desk:posting_coach": desk(EDIT, post=True, code="posting", language="en"),
    "desk:posting_coach_mend": desk(EDIT, get=False, post=True, code="posting", language="en"),
    "desk:question_new": desk(EDIT, post=True, code="posting", kind="yes_no"),
    "desk:question": desk(EDIT, post=True, code="posting", place=1),
    "desk:posting_review": desk(EDIT, code="posting"),
    "desk:posting_preview": desk(code="posting"),
    "desk:posting_template": desk(EDIT, post=True, code="posting", state=True),
    "desk:instruction": desk(code="posting"),
    "desk:instruction_pdf": desk(code="posting"),
    "desk:revision": desk(code="posting", number=1),
    "desk:posting_publish": desk(EDIT, post=True, code="draft_posting"),
    "desk:posting_pause": desk(EDIT, post=True, code="posting"),
    "desk:posting_resume": desk(EDIT, post=True, code="posting", state=True),
    "desk:posting_close": desk(EDIT, post=True, code="posting"),
    "desk:posting_reopen": desk(EDIT, post=True, code="posting", state=True),
    "desk:posting_duplicate": desk(EDIT, post=True, code="posting"),
    # --- applications at the desk ---------------------------------------------------------------
    "hiring:home": desk(),
    "hiring:board": desk(code="posting"),
    "hiring:bulk": desk(MOVE, get=False, post=True, code="posting"),
    "hiring:kit": desk(code="posting", stage="stage"),
    "hiring:applications": desk(),
    "hiring:application": desk(code="application"),
    "hiring:move": desk(MOVE, post=True, code="application"),
    "hiring:reject": desk(MOVE, post=True, code="application"),
    "hiring:undo": desk(MOVE, post=True, code="application"),
    "hiring:note": desk(NOTE, get=False, post=True, code="application"),
    "hiring:mail": desk(code="application", mail="mail"),
    "hiring:resend": desk(MOVE, get=False, post=True, code="application", mail="mail"),
    "hiring:document": desk(CONTACT, code="document"),
    "hiring:digest": desk(get=False, post=True),
    # --- the library ----------------------------------------------------------------------------
    "curate:home": curate(),
    "curate:people": curate(post=True),
    "curate:person": curate(post=True, pk="library_member"),
    "curate:person_remove": curate(get=False, post=True, pk="library_member"),
    "curate:template_list": curate(),
    "curate:template": curate(key="role"),
    "curate:template_start": curate(get=False, post=True, key="role"),
    "curate:template_publish": curate(get=False, post=True, key="role", state=True),
    "curate:template_submit": curate(get=False, post=True, key="role", state=True),
    "curate:template_review": curate(key="role"),
    "curate:template_send_back": curate(get=False, post=True, key="role", state=True),
    "curate:template_take_back": curate(get=False, post=True, key="role", state=True),
    "curate:template_drop": curate(get=False, post=True, key="role", state=True),
    "curate:template_retire": curate(get=False, post=True, key="role"),
    "curate:template_revive": curate(get=False, post=True, key="role"),
    "curate:template_settings": curate(post=True, key="role"),
    "curate:template_compare": curate(key="role"),
    "curate:template_restore": curate(get=False, post=True, key="role", fixed={"number": 1}),
    "curate:template_preview": curate(key="role", fixed={"language": "en"}),
    "curate:template_version": curate(key="role", fixed={"number": 1}),
    "curate:template_text": curate(post=True, key="role", fixed={"language": "en"}),
    "curate:title_list": curate(),
    "curate:missed": curate(),
    "curate:missed_decide": curate(get=False, post=True),
    "curate:titles": curate(post=True, key="role", fixed={"language": "en"}),
    "curate:title_remove": curate(get=False, post=True, fixed={"language": "en"}, key="role", pk="title"),
    "curate:title_prefer": curate(get=False, post=True, fixed={"language": "en"}, key="role", pk="title"),
    "curate:bank_list": curate(),
    "curate:bank": curate(key="bank"),
    "curate:bank_start": curate(get=False, post=True, key="bank"),
    "curate:bank_submit": curate(get=False, post=True, key="bank", state=True),
    "curate:bank_review": curate(key="bank", state=True),
    "curate:bank_send_back": curate(get=False, post=True, key="bank", state=True),
    "curate:bank_take_back": curate(get=False, post=True, key="bank", state=True),
    "curate:bank_compare": curate(key="bank"),
    "curate:bank_version": curate(key="bank", fixed={"number": 1}),
    "curate:bank_restore": curate(get=False, post=True, key="bank", fixed={"number": 1}),
    "curate:question_like": curate(key="bank"),
    "curate:kit_list": curate(),
    "curate:kit_new": curate(get=False, post=True),
    "curate:kit": curate(key="library_kit"),
    "curate:kit_preview": curate(key="library_kit"),
    "curate:kit_add": curate(get=False, post=True, key="library_kit"),
    "curate:kit_remove": curate(get=False, post=True, key="library_kit"),
    "curate:kit_question_move": curate(get=False, post=True, key="library_kit", question_key="bank_question"),
    "curate:kit_question_remove": curate(get=False, post=True, key="library_kit", question_key="bank_question"),
    "curate:plan_list": curate(),
    "curate:plan": curate(post=True, key="library_plan"),
    "curate:bank_publish": curate(get=False, post=True, key="bank", state=True),
    "curate:bank_drop": curate(get=False, post=True, key="bank", state=True),
    "curate:question_add": curate(get=False, post=True, key="bank", state=True),
    "curate:question_move": curate(get=False, post=True, key="bank", question_key="bank_question", state=True),
    "curate:question_remove": curate(get=False, post=True, key="bank", question_key="bank_question", state=True),
    "curate:question": curate(post=True, key="bank", question_key="bank_question", fixed={"language": "en"}),
    "curate:pay_list": curate(),
    "curate:pay_new": curate(post=True),
    "curate:pay_figure": curate(post=True, key="pay_figure"),
    "curate:pay_remove": curate(get=False, post=True, key="pay_figure"),
    "curate:words_list": curate(),
    "curate:words": curate(post=True, fixed={"kind": "clauses", "language": "en"}, key="clause"),
    "curate:export": curate(),
    "curate:export_zip": curate(),
    "curate:export_table": curate(fixed={"name": "pay"}),
    "curate:import_list": curate(post=True),
    "curate:import": curate(code="library_import"),
    "curate:import_apply": curate(get=False, post=True, code="library_import"),
    "curate:import_drop": curate(get=False, post=True, code="library_import"),
    "curate:import_problems": curate(code="library_import"),
    "curate:history": curate(),
    "curate:search": curate(),
    # --- a local run only -----------------------------------------------------------------------
    "mailbox:list": Row(Kind.LOCAL),
    "mailbox:delete_all": Row(Kind.LOCAL, get=False, post=True),
    "mailbox:mail": Row(Kind.LOCAL, fixed={"relay_id": "x"}),
    "mailbox:html": Row(Kind.LOCAL, fixed={"relay_id": "x"}),
    "mailbox:source": Row(Kind.LOCAL, fixed={"relay_id": "x"}),
    "mailbox:attachment": Row(Kind.LOCAL, fixed={"relay_id": "x", "number": 1}),
}
