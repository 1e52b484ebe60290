from django.urls import path

from notifications.api.tickets import Tickets

urlpatterns = [
    path("ws-tickets/", Tickets.as_view(), name="api_ws_tickets"),
]
