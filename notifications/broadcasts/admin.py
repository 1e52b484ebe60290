"""Broadcasts in the admin: asked for, changed, retracted, with how many people they reached."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.models import User
from notifications.broadcasts import asking
from notifications.broadcasts.admin_forms import BroadcastAdminForm
from notifications.broadcasts.pages import NOBODY, PER_PAGE, Reach, reach_of_broadcasts
from notifications.models import Broadcast

SAID = ("title", "text", "level", "audience", "chosen")
ASKED = ("timing", "at", "crontab", "time_zone", "expires_after")
FACTS = ("state", "when", "next_time", "shown", "read", "author", "created_at", "retracted_at", "its_page")


class BroadcastChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """With the reach of all that are listed, in one query."""
        super().get_results(request)
        listed: Any = self.result_list
        reached = reach_of_broadcasts(broadcast.pk for broadcast in listed)
        for broadcast in listed:
            broadcast.reach = reached.get(broadcast.pk, NOBODY)


@admin.register(Broadcast)
class BroadcastAdmin(admin.ModelAdmin[Broadcast]):
    form = BroadcastAdminForm
    list_display = ("title", "audience", "state", "next_time", "shown", "read", "author", "created_at")
    list_filter = ("audience", "level", ("retracted_at", admin.EmptyFieldListFilter), "created_at")
    list_per_page = PER_PAGE
    search_fields = ("title", "text")
    ordering = ("-pk",)
    autocomplete_fields = ("chosen",)
    readonly_fields = FACTS
    actions = ("retract",)
    view_on_site = False
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Broadcast]:
        return Broadcast.objects.with_state().order_by("-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BroadcastChangeList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One by one alone, and only what was never shown, can be deleted."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(
        self, request: HttpRequest, obj: Broadcast | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def get_fieldsets(self, request: HttpRequest, obj: Broadcast | None = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        asked = (*ASKED, "key", "seen") if may_write else ("expires_after",)
        facts = [("How it went", {"fields": FACTS})] if obj else []
        return [(None, {"fields": SAID}), ("When", {"fields": asked}), *facts]

    def has_change_permission(self, request: HttpRequest, obj: Broadcast | None = None) -> bool:
        """What was shown stays as it was."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _with_state(obj).can_be_changed)

    def has_delete_permission(self, request: HttpRequest, obj: Broadcast | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not _with_state(obj).is_announced)

    def has_retract_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_broadcast")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What was made impossible since the form was checked is said, and changes nothing."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Broadcast, form: Any, change: bool) -> None:
        form.carry_out(obj, cast("User", request.user))

    def delete_model(self, request: HttpRequest, obj: Broadcast) -> None:
        if not asking.delete(obj):
            raise PermissionDenied("It was shown meanwhile.")

    @admin.action(description="Retract the selected broadcasts", permissions=["retract"])
    def retract(self, request: HttpRequest, broadcasts: QuerySet[Broadcast]) -> None:
        retracted = sum(asking.retract(broadcast) for broadcast in broadcasts)
        self.message_user(request, f"Retracted: {retracted}.", messages.INFO)

    @admin.display(description="state")
    def state(self, broadcast: Broadcast) -> str:
        return _with_state(broadcast).state.label

    @admin.display(description="when")
    def when(self, broadcast: Broadcast) -> str:
        return broadcast.task.schedule_in_words if broadcast.task else ""

    @admin.display(description="next time")
    def next_time(self, broadcast: Broadcast) -> str:
        moment = broadcast.task and broadcast.task.next_run_at
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""

    @admin.display(description="shown to")
    def shown(self, broadcast: Broadcast) -> int:
        return _reach(broadcast).shown

    @admin.display(description="read by")
    def read(self, broadcast: Broadcast) -> int:
        return _reach(broadcast).read

    @admin.display(description="in detail")
    def its_page(self, broadcast: Broadcast) -> str:
        return format_html('<a href="{}">Each time it was shown</a>', broadcast.get_absolute_url())


def _with_state(broadcast: Broadcast) -> Broadcast:
    """One that was just made comes without."""
    is_there = hasattr(broadcast, "is_announced")
    return broadcast if is_there else Broadcast.objects.with_state().get(pk=broadcast.pk)


def _reach(broadcast: Any) -> Reach:
    """Counted once for the whole list, or for the one that is looked at."""
    if not hasattr(broadcast, "reach"):
        broadcast.reach = reach_of_broadcasts([broadcast.pk]).get(broadcast.pk, NOBODY)
    reach: Reach = broadcast.reach
    return reach
