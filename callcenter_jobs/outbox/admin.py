"""Operators look at the outbox here and give parked mails a new chance. Nothing can be written or deleted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import Message

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Message]
else:  # Django's class is generic for the type checker only
    _Base = admin.ModelAdmin


@admin.register(Message)
class MessageAdmin(_Base):
    list_display = ("code", "kind", "message_class", "language", "state", "attempts", "next_at", "sent_at", "last_error")
    list_filter = ("state", "message_class", "kind", "language")
    search_fields = ("=code", "=about", "=message_id", "=to_addr")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    # The context may hold a reset link; the token is of no use to a human.
    exclude = ("context", "token")
    actions = ("requeue",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    @admin.action(description=_("Try parked mails again"), permissions=["requeue"])
    def requeue(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        done = sum(queue.requeue(message) for message in queryset)
        self.message_user(
            request,
            ngettext("%(count)d mail will be tried again.", "%(count)d mails will be tried again.", done) % {"count": done},
            messages.SUCCESS if done else messages.WARNING,
        )
