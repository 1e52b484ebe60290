from django.urls import path

from tasks.api.kinds import TaskKinds
from tasks.api.previews import SchedulePreview
from tasks.api.runs import Cancellation, OneRun, Retry, Runs
from tasks.api.tasks import OneTask, TaskRuns, Tasks

urlpatterns = [
    path("task-kinds/", TaskKinds.as_view(), name="api_task_kinds"),
    path("tasks/", Tasks.as_view(), name="api_tasks"),
    path("tasks/<int:pk>/", OneTask.as_view(), name="api_task"),
    path("tasks/<int:pk>/runs/", TaskRuns.as_view(), name="api_task_runs"),
    path("runs/", Runs.as_view(), name="api_runs"),
    path("runs/<int:pk>/", OneRun.as_view(), name="api_run"),
    path("runs/<int:pk>/cancellation/", Cancellation.as_view(), name="api_run_cancellation"),
    path("runs/<int:pk>/retry/", Retry.as_view(), name="api_run_retry"),
    path("schedules/preview/", SchedulePreview.as_view(), name="api_schedule_preview"),
]
