from django.urls import path

from notes import edit_views, email_views, tag_views, views
from notes.exporting import views as export_views

app_name = "notes"
urlpatterns = [
    path("", views.note_list, name="list"),
    path("new/", edit_views.create, name="create"),
    path("preview/", edit_views.show_markdown, name="markdown"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/activity/", views.activity, name="activity"),
    path("<int:pk>/edit/", edit_views.edit, name="edit"),
    path("<int:pk>/changes/", edit_views.changes, name="changes"),
    path("<int:pk>/duplicates/", edit_views.duplicate, name="duplicates"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/pin/", views.pin, name="pin"),
    path("<int:pk>/pin/delete/", views.unpin, name="unpin"),
    path("<int:pk>/archive/", views.archive, name="archive"),
    path("<int:pk>/archive/delete/", views.unarchive, name="unarchive"),
    path("<int:pk>/email/", email_views.email, name="email"),
    path("<int:pk>/email/preview/", email_views.preview, name="preview"),
    path("tags/", tag_views.tag_list, name="tags"),
    path("tags/suggestions/", tag_views.suggestions, name="tag_suggestions"),
    path("tags/<int:pk>/", tag_views.edit, name="tag"),
    path("tags/<int:pk>/delete/", tag_views.delete, name="tag_delete"),
    path("exports/", export_views.create, name="exports"),
    path("exports/<int:pk>/", export_views.download, name="export"),
    path("exports/<int:pk>/state/", export_views.state, name="export_state"),
]
