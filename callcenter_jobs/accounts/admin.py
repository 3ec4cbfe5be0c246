"""Accounts for operators: find somebody, close or open an account. Passwords and second factors are not theirs to see."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from callcenter_jobs.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("email", "name", "language", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    ordering = ("-joined_at",)
    fields = (
        "email",
        "name",
        "language",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "joined_at",
        "last_login",
        "is_demo",
    )
    readonly_fields = ("email", "joined_at", "last_login", "is_demo")
    filter_horizontal = ("groups",)
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People make their accounts themselves; the first operator comes from ``createsuperuser``."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Closing an account keeps what it did readable; deleting is a matter of its own."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser makes operators."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_staff", "is_superuser", "groups")
