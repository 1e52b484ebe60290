from django.urls import path

from api.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.token_list, name="list"),
    path("new/", views.create, name="create"),
    path("<int:pk>/delete/", views.revoke, name="revoke"),
    path("log-ins/delete/", views.end_log_ins, name="end_log_ins"),
    path("log-ins/<uuid:pk>/delete/", views.end_log_in, name="end_log_in"),
]
