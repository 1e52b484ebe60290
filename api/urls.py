from django.urls import include, path

from api.me import Me

urlpatterns = [
    path("auth/", include("api.auth.urls")),
    path("me/", Me.as_view(), name="api_me"),
]
