from django.urls import path

from notifications.broadcasts import urls as broadcasts
from notifications.inbox import bulk_views, entry_views, toast_views, views
from notifications.presence import views as presence_views
from notifications.web_push import views as web_push_views
from notifications.wishes import settings_views, unsubscribe_views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("entries/", views.entries, name="entries"),
    path("badge/", views.badge, name="badge"),
    path("toasts/", toast_views.toasts, name="toasts"),
    path("reading/", bulk_views.reading_of_all, name="reading_of_all"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/together/", views.together, name="together"),
    path("<int:pk>/folded/", views.folded, name="folded"),
    path("<int:pk>/reading/", entry_views.reading, name="reading"),
    path("<int:pk>/reading/delete/", entry_views.unread, name="unread"),
    path("<int:pk>/archive/", entry_views.archive, name="archive"),
    path("<int:pk>/archive/delete/", entry_views.take_out, name="take_out"),
    path("<int:pk>/mute/", entry_views.mute, name="mute"),
    path("<int:pk>/mute/delete/", entry_views.unmute, name="unmute"),
    path("<int:pk>/delete/", entry_views.delete, name="delete"),
    path("settings/", settings_views.settings, name="settings"),
    path("mutes/<int:pk>/delete/", settings_views.unmute, name="unmute_thread"),
    path("unsubscribe/<str:token>/", unsubscribe_views.unsubscribe, name="unsubscribe"),
    path("people/", presence_views.people, name="people"),
    path("people/rows/", presence_views.rows, name="people_rows"),
    path("people/online/", presence_views.online, name="people_online"),
    path("people/visibility/", presence_views.visibility, name="visibility"),
    path("browsers/others/", web_push_views.others, name="other_browsers"),
    path("subscriptions/", web_push_views.subscriptions, name="subscriptions"),
    path("subscriptions/delete/", web_push_views.delete, name="delete_subscription"),
    path("subscriptions/<int:pk>/delete/", web_push_views.remove, name="remove_subscription"),
    path("news/", web_push_views.news, name="news"),
    *broadcasts.urlpatterns,
]
