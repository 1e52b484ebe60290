"""What answers below `/api/`; each app brings its own."""

from django.urls import include, path, re_path

from api.views import nothing_here

urlpatterns = [
    path("", include("api.urls")),
    path("", include("tasks.api.urls")),
    path("", include("mail.api")),
    path("", include("notifications.api.urls")),
    path("", include("reminders.api.urls")),
    path("", include("notes.api.urls")),
    re_path("^(?P<path>.*)$", nothing_here),
]
