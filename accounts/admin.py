"""People in the admin."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.deletion import Busy
from accounts.leaving import is_last_superuser
from accounts.models import User
from accounts.moving import save

BUSY = "Something of theirs is being worked on right now. Nobody was deleted. Please try again."


class UserCreationForm(AdminUserCreationForm[User]):
    """Also asks for the e-mail address, without which there is no account."""

    class Meta:
        model = User
        fields = ("username", "email")


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    add_form = UserCreationForm
    add_fieldsets = ((None, {"fields": ("username", "email", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Profile", {"fields": ("usercode", "name", "time_zone")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    list_display = (
        "username",
        "name",
        "email",
        "usercode",
        "time_zone",
        "is_active",
        "is_staff",
        "date_joined",
    )
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("username", "name", "email", "usercode")
    readonly_fields = ("usercode", "last_login", "date_joined")
    date_hierarchy = "date_joined"

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or not is_last_superuser(obj))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Busy:
            return self._say_that_it_is_busy(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except Busy:
            return self._say_that_it_is_busy(request)

    def _say_that_it_is_busy(self, request: HttpRequest) -> HttpResponse:
        """On the page on which they said that it should go."""
        self.message_user(request, BUSY, messages.ERROR)
        return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        save(obj, lambda: super(UserAdmin, self).save_model(request, obj, form, change))


admin.site.unregister([Authenticator, UserSession])


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin[Authenticator]):
    """Who lost theirs is helped by deleting it; the secrets in it are for nobody's eyes."""

    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False


@admin.register(UserSession)
class UserSessionAdmin(admin.ModelAdmin[UserSession]):
    """Where people are logged in. Deleting one logs them out there; its key is for nobody's eyes."""

    fields = readonly_fields = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_filter = ("created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "ip")
    date_hierarchy = "last_seen_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: UserSession | None = None) -> bool:
        return False
