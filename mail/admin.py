"""Deliveries, refusals and counts in the admin. What was written stands in none of them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mail.models import DailyCount, Delivery, Refusal


class ReadOnly:
    """Rows that sending writes and nobody else. They can be looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin[Delivery]):
    list_display = ("id", "run", "owner", "address", "state", "attempts", "next_attempt_at", "sent_at")
    list_filter = ("state", "sent_at")
    list_select_related = ("run__task__owner",)
    search_fields = ("=run__id", "address", "message_id", "run__task__owner__username", "error")
    search_help_text = "Number of the run, address, Message-ID, error, or name of the owner"
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(ordering="run__task__owner__username")
    def owner(self, delivery: Delivery) -> str:
        return delivery.run.task.owner.username


@admin.register(Refusal)
class RefusalAdmin(admin.ModelAdmin[Refusal]):
    """May be added for who asked by other means, and taken back."""

    list_display = ("address", "sender", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("sender",)
    search_fields = ("address", "sender__username")
    autocomplete_fields = ("sender",)
    ordering = ("-pk",)

    def has_change_permission(self, request: HttpRequest, obj: Refusal | None = None) -> bool:
        return False


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnly, admin.ModelAdmin[DailyCount]):
    list_display = ("day", "owner", "count")
    list_filter = ("day",)
    list_select_related = ("owner",)
    search_fields = ("owner__username", "owner__email")
    ordering = ("-day", "-count")
