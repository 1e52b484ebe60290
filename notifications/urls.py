from django.urls import path

from notifications import people_views, settings_views, unsubscribe_views, views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("entries/", views.entries, name="entries"),
    path("badge/", views.badge, name="badge"),
    path("reading/", views.reading_of_all, name="reading_of_all"),
    path("settings/", settings_views.settings, name="settings"),
    path("mutes/<int:pk>/delete/", settings_views.unmute, name="unmute"),
    path("unsubscribe/<str:token>/", unsubscribe_views.unsubscribe, name="unsubscribe"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/reading/", views.reading, name="reading"),
    path("people/", people_views.people, name="people"),
    path("people/rows/", people_views.rows, name="people_rows"),
    path("people/online/", people_views.online, name="people_online"),
    path("people/visibility/", people_views.visibility, name="visibility"),
]
