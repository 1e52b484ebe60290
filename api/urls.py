from django.urls import include, path

from api import description
from api.me import Me

urlpatterns = [
    path("auth/", include("api.auth.urls")),
    path("me/", Me.as_view(), name="api_me"),
    path("schema/", description.schema, name="api_schema"),
    path("docs/", description.docs, name="api_docs"),
]
