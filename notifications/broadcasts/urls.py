from django.urls import path

from notifications.broadcasts import views

urlpatterns = [
    path("broadcasts/", views.broadcast_list, name="broadcasts"),
    path("broadcasts/rows/", views.rows, name="broadcast_rows"),
    path("broadcasts/new/", views.create, name="new_broadcast"),
    path("broadcasts/tasks/<int:pk>/", views.of_task, name="broadcast_of_task"),
    path("broadcasts/<int:pk>/", views.detail, name="broadcast"),
    path("broadcasts/<int:pk>/course/", views.course, name="broadcast_course"),
    path("broadcasts/<int:pk>/edit/", views.edit, name="edit_broadcast"),
    path("broadcasts/<int:pk>/retraction/", views.retraction, name="retract_broadcast"),
    path("broadcasts/<int:pk>/delete/", views.delete, name="delete_broadcast"),
    path("announcements/<int:pk>/", views.announcement, name="announcement"),
]
