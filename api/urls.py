from django.urls import include, path

from api import description
from api.avatars import Avatar, MyAvatar
from api.me import Me
from api.sessions.api import MySession, MySessions

urlpatterns = [
    path("auth/", include("api.auth.urls")),
    path("me/", Me.as_view(), name="api_me"),
    path("me/sessions/", MySessions.as_view(), name="api_sessions"),
    path("me/sessions/<str:pk>/", MySession.as_view(), name="api_session"),
    path("me/avatar/", MyAvatar.as_view(), name="api_my_avatar"),
    path("avatars/<slug:key>/", Avatar.as_view(), name="api_avatar"),
    path("schema/", description.schema, name="api_schema"),
    path("docs/", description.docs, name="api_docs"),
]
