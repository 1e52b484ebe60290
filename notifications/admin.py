"""Notifications for operators: that somebody was told something and when, not what the text says."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime

from accounts.models import User
from notifications.broadcasts import admin as broadcasts  # noqa: F401 - registers its models
from notifications.inbox.changing import change
from notifications.models import Digest, Held, Inbox, Mute, Notification, Preference, Settings


class LookOnly:
    """Rows that only the application writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Notification)
class NotificationAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "number", "title", "level", "created_at", "read_at")
    list_filter = ("level", "created_at", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("title", "user__username", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    exclude = ("body",)
    view_on_site = False  # it leads its user on, and nobody else
    show_full_result_count = False

    def delete_model(self, request: HttpRequest, obj: Notification) -> None:
        """As its user would: with what is folded into it, and so that open tabs hear of it."""
        change(obj.user_id, lambda entries: entries.chosen([obj.pk]).remove())

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Notification]) -> None:
        for notification in queryset:
            self.delete_model(request, notification)


@admin.register(Inbox)
class InboxAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "head")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    show_full_result_count = False


@admin.display(description="last seen")
def last_seen(user: User) -> str:
    """Who hides it does so from operators, too."""
    settings = Settings.objects.filter(user=user, shows_presence=True).exclude(last_seen_at=None).first()
    return localize(localtime(settings.last_seen_at)) if settings else "not known, or not shown"


_people: Any = admin.site.get_model_admin(User)
_people.readonly_fields = (*_people.readonly_fields, last_seen)
_people.fieldsets = (*_people.fieldsets, ("Presence", {"fields": (last_seen,)}))


@admin.register(Digest)
class DigestAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "due_at", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "due_at")
    list_select_related = ("user",)
    raw_id_fields = ("task",)
    search_fields = ("user__username", "user__email")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Held)
class HeldAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("notification", "channel", "reason", "digest")
    list_filter = ("channel", "reason")
    list_select_related = ("notification", "digest__user")
    search_fields = ("digest__user__username", "digest__user__email")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Settings)
class SettingsAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "toasts", "quiet_from", "quiet_until", "digests", "digest_at")
    list_filter = ("toasts", "digests")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = ("user", "toasts", "quiet_from", "quiet_until", "digests", "digest_at")


@admin.register(Preference)
class PreferenceAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "event", "in_app", "email", "push", "in_quiet_hours")
    list_filter = ("event", "email")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")


@admin.register(Mute)
class MuteAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "title", "created_at")
    list_select_related = ("user",)
    search_fields = ("title", "user__username", "user__email")
    show_full_result_count = False
