"""The literal list of what can be seen without signing in. Everything else answers with the sign-in page.

A new public view must be added here by hand: that is the point.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC = {
    # at the edge
    "robots", "security_txt", "change_password",
    # accounts: signing up, in and out, and the way back in
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_request_login_code", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn",
    # pages for everybody
    "public:home", "public:job_list", "public:posting", "public:employer_list", "public:employer", "public:role_list", "public:role",
    "public:job_feed", "api:index", "api:posting_list", "api:posting",
    "public:practice", "public:salaries", "public:instruction", "public:instruction_pdf",
    "public:suggest_places", "public:suggest_titles", "public:my_week",
    "sitemap", "sitemap_section", "healthz", "readyz", "ui:styleguide", "ui:styleguide_frame", "ui:theme",
    # applying, without an account
    "apply:start", "apply:screen", "apply:sent",
    # job alerts, without an account
    "alerts:ask",
    # private links: the link itself is the secret
    "alerts:confirm", "alerts:stop", "alerts:manage",
    "status:detail", "status:correct", "status:withdraw", "team:invitation", "hiring:digest_off",
    # the mailbox of a local run, which exists in no other
    "mailbox:list", "mailbox:mail", "mailbox:html", "mailbox:source", "mailbox:attachment", "mailbox:delete_all",
}  # fmt: skip


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, [namespace, entry.namespace or ""]))
            yield from patterns(entry, inner)
        else:
            yield f"{namespace}:{entry.name}" if namespace else str(entry.name), entry


def is_public(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)


def test_exactly_the_listed_views_are_public() -> None:
    public = {name for name, pattern in patterns(get_resolver()) if is_public(pattern) and not name.startswith("admin:")}
    assert public - PUBLIC == set(), "public without being on the list"
    assert PUBLIC - public == set(), "on the list without being public"


def test_every_view_has_a_name() -> None:
    ours = [(name, pattern) for name, pattern in patterns(get_resolver()) if not name.startswith("admin:")]
    assert [str(pattern.pattern) for name, pattern in ours if name.endswith("None")] == []


def test_of_the_admin_only_the_door_is_public() -> None:
    assert {name for name, pattern in patterns(get_resolver()) if name.startswith("admin:") and is_public(pattern)} == {"admin:login"}
