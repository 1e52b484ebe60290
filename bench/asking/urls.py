"""The product's, and a bare Django JSON view, which asks for the same rows and knows nobody."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from clock_work.urls import handler500
from tasks.models import Task

__all__ = ["handler500", "urlpatterns"]

COLUMNS = ("id", "kind_name", "title", "description", "missed", "next_run_at", "paused_at", "created_at")


@csrf_exempt
def bare(request: HttpRequest, owner: int) -> JsonResponse:
    if request.method == "POST":
        task = Task.objects.create(owner_id=owner, kind_name="reminder", title="Stand-up")
        return JsonResponse({"id": task.pk}, status=201)
    tasks = Task.objects.filter(owner=owner).order_by("-pk").values(*COLUMNS)[: int(request.GET["limit"])]
    return JsonResponse({"results": list(tasks)})


urlpatterns = [path("bare/<int:owner>/", bare), path("", include("clock_work.urls"))]
