from django.urls import path

from tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.task_list, name="list"),
    path("rows/", views.rows, name="rows"),
    path("schedule/preview/", views.preview, name="preview"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/scheduled/", views.scheduled, name="scheduled"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/pause/delete/", views.resume, name="resume"),
    path("<int:pk>/runs/", views.run_now, name="run_now"),
    path("<int:pk>/schedule/", views.schedule, name="schedule"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/progress/", views.progress, name="progress"),
    path("runs/<int:pk>/course/", views.course, name="course"),
    path("runs/<int:pk>/cancellation/", views.cancellation, name="cancellation"),
    path("runs/<int:pk>/retry/", views.retry, name="retry"),
]
