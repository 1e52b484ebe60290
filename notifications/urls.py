from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("entries/", views.entries, name="entries"),
    path("badge/", views.badge, name="badge"),
    path("reading/", views.reading_of_all, name="reading_of_all"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/reading/", views.reading, name="reading"),
]
