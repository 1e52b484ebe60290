"""Which app answers under which path."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from clock_work import dev_mail, health, views
from notifications.web_push.views import push_worker

admin.site.site_header = admin.site.site_title = "Clock Work"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "clock_work.views.server_error"
urlpatterns = [
    path("", views.home, name="home"),
    path("running/", views.runs, name="home_runs"),
    path("about/", views.about, name="about"),
    path("healthz", views.healthz, name="healthz"),
    path("healthz/scheduler", health.scheduler, name="healthz_scheduler"),
    path("health/", health.page, name="health"),
    path("health/state/", health.state, name="health_state"),
    path("accounts/", include("accounts.urls")),
    path("accounts/tokens/", include("api.tokens.urls")),
    path("accounts/sessions/", include("api.sessions.urls")),
    path("accounts/", include("allauth.urls")),
    path("notes/", include("notes.urls")),
    path("reminders/", include("reminders.urls")),
    path("tasks/", include("tasks.urls")),
    path("mail/", include("mail.urls")),
    path("notifications/", include("notifications.urls")),
    path("push-worker.js", push_worker, name="push_worker"),
    path("api/", include("clock_work.api_urls")),
    path("admin/", admin.site.urls),
    path("dev/mail/", dev_mail.inbox, name="dev_mail"),
    path("dev/mail/<slug:key>/", dev_mail.message, name="dev_mail_message"),
    path("dev/mail/<slug:key>/html/", dev_mail.html_part, name="dev_mail_html"),
]
