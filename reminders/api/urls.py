from django.urls import path

from reminders.api.occurrences import (
    Acknowledgement,
    Occurrences,
    OccurrencesOfReminder,
    OneOccurrence,
    Snooze,
)
from reminders.api.quick import QuickAdd
from reminders.api.reminders import OneReminder, Reminders

urlpatterns = [
    path("reminders/", Reminders.as_view(), name="api_reminders"),
    path("reminders/quick/", QuickAdd.as_view(), name="api_reminders_quick"),
    path("reminders/<int:pk>/", OneReminder.as_view(), name="api_reminder"),
    path("reminders/<int:pk>/occurrences/", OccurrencesOfReminder.as_view(), name="api_reminder_occurrences"),
    path("occurrences/", Occurrences.as_view(), name="api_occurrences"),
    path("occurrences/<int:pk>/", OneOccurrence.as_view(), name="api_occurrence"),
    path(
        "occurrences/<int:pk>/acknowledgement/",
        Acknowledgement.as_view(),
        name="api_occurrence_acknowledgement",
    ),
    path("occurrences/<int:pk>/snooze/", Snooze.as_view(), name="api_occurrence_snooze"),
]
