from django.urls import path

from notifications.api.inbox import Notifications, OneNotification, Readings, Summary
from notifications.api.preferences import Preferences
from notifications.api.presence import MyPresence, Presence
from notifications.api.tickets import Tickets

urlpatterns = [
    path("notifications/", Notifications.as_view(), name="api_notifications"),
    path("notifications/summary/", Summary.as_view(), name="api_notification_summary"),
    path("notifications/readings/", Readings.as_view(), name="api_notification_readings"),
    path("notifications/preferences/", Preferences.as_view(), name="api_notification_preferences"),
    path("notifications/<int:pk>/", OneNotification.as_view(), name="api_notification"),
    path("presence/", Presence.as_view(), name="api_presence"),
    path("presence/me/", MyPresence.as_view(), name="api_my_presence"),
    path("ws-tickets/", Tickets.as_view(), name="api_ws_tickets"),
]
