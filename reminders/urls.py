from django.urls import path

from reminders import link_views, occurrence_views

app_name = "reminders"
urlpatterns = [
    path("occurrences/<int:pk>/", occurrence_views.occurrence, name="occurrence"),
    path("occurrences/<int:pk>/acknowledgement/", occurrence_views.acknowledgement, name="acknowledgement"),
    path("occurrences/<int:pk>/snooze/", occurrence_views.snooze, name="snooze"),
    path("links/<str:token>/", link_views.link, name="link"),
]
