from django.urls import path

from notes.api.views import Notes, OneNote

urlpatterns = [
    path("notes/", Notes.as_view(), name="api_notes"),
    path("notes/<int:pk>/", OneNote.as_view(), name="api_note"),
]
