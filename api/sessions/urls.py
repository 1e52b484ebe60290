from django.urls import path

from api.sessions import views

app_name = "sessions"
urlpatterns = [
    path("", views.place_list, name="list"),
    path("others/delete/", views.end_others, name="end_others"),
    path("<int:pk>/delete/", views.end, name="end"),
]
