from django.urls import path

from reminders import bulk_views, feed_views, link_views, occurrence_views, quick_views, views, zone_views

app_name = "reminders"
urlpatterns = [
    path("occurrences/<int:pk>/", occurrence_views.occurrence, name="occurrence"),
    path("occurrences/<int:pk>/acknowledgement/", occurrence_views.acknowledgement, name="acknowledgement"),
    path("occurrences/<int:pk>/snooze/", occurrence_views.snooze, name="snooze"),
    path("", views.reminder_list, name="list"),
    path("rows/", views.rows, name="rows"),
    path("new/", views.create, name="create"),
    path("quick/", quick_views.quick_add, name="quick_add"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("calendar/", feed_views.calendar, name="calendar"),
    path("calendar/delete/", feed_views.revoke, name="revoke_calendar"),
    path("calendar.ics", feed_views.feed, name="feed"),
    path("zone/", zone_views.zone, name="zone"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/history/", views.history, name="history"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/pause/delete/", views.resume, name="resume"),
    path("<int:pk>/runs/", views.run, name="run"),
    path("links/<str:token>/", link_views.link, name="link"),
]
