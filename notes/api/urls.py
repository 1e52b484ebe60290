from django.urls import path

from notes.api.exports import RunExport, RunExportFile
from notes.api.views import Notes, OneNote

urlpatterns = [
    path("notes/", Notes.as_view(), name="api_notes"),
    path("notes/<int:pk>/", OneNote.as_view(), name="api_note"),
    path("runs/<int:pk>/export/", RunExport.as_view(), name="api_run_export"),
    path("runs/<int:pk>/export/file/", RunExportFile.as_view(), name="api_run_export_file"),
]
