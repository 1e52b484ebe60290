from django.urls import path

from notes.api.exports import RunExport, RunExportFile
from notes.api.tags import OneTag, Tags
from notes.api.views import Duplicates, Notes, OneNote, Preview

urlpatterns = [
    path("notes/", Notes.as_view(), name="api_notes"),
    path("notes/<int:pk>/", OneNote.as_view(), name="api_note"),
    path("notes/<int:pk>/duplicates/", Duplicates.as_view(), name="api_note_duplicates"),
    path("notes/preview/", Preview.as_view(), name="api_notes_preview"),
    path("tags/", Tags.as_view(), name="api_tags"),
    path("tags/<int:pk>/", OneTag.as_view(), name="api_tag"),
    path("runs/<int:pk>/export/", RunExport.as_view(), name="api_run_export"),
    path("runs/<int:pk>/export/file/", RunExportFile.as_view(), name="api_run_export_file"),
]
