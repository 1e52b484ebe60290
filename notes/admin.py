"""Notes in the admin: whose and when. What they say is for their owners alone."""

from django.contrib import admin
from django.http import HttpRequest

from notes.models import Note


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin[Note]):
    list_display = ("id", "owner", "created_at", "updated_at", "pinned_at", "archived_at")
    list_filter = ("created_at", "updated_at", "archived_at")
    list_select_related = ("owner",)
    search_fields = ("=id", "owner__username", "owner__email")
    search_help_text = "Number, or name or address of the owner"
    fields = ("owner", "created_at", "updated_at", "pinned_at", "archived_at")
    readonly_fields = fields
    ordering = ("-pk",)
    show_full_result_count = False
    view_on_site = False  # it is there for its owner alone

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        return False
