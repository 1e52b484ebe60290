"""Pages about exports of one's notes; the run's own page shows how one goes."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import for_own
from accounts.requests import UserRequest
from notes.exporting import asking
from notes.exporting.downloads import download as answer_with
from notes.exporting.downloads import file_name
from notes.exporting.kind import exports_of
from notes.models import Export
from tasks.models import Run

logger = logging.getLogger(__name__)


@login_required
@require_POST
def create(request: UserRequest) -> HttpResponse:
    """Start one and show how it goes, or show how the one goes that is under way."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return HttpResponseBadRequest("This form is incomplete. Press “Export” on the page of your notes.")
    try:
        return redirect(asking.start(request.user, key=key))
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
        return redirect(asking.under_way(request.user) or "notes:list")


@for_own(exports_of, "GET", "HEAD")
def state(request: UserRequest, run: Run) -> HttpResponse:
    """Whether there is something to download yet, as a fragment of the run's page."""
    export = Export.objects.current().filter(run=run).first()
    context = {"run": run, "export": export, "file_name": export and file_name(export)}
    return render(request, "notes/_export.html", context)


@for_own(exports_of, "GET", "HEAD")
def download(request: UserRequest, run: Run) -> HttpResponseBase:
    export = Export.objects.current().filter(run=run).first()
    if export is None and not run.is_final:
        return redirect(run)
    try:
        if export:
            return answer_with(export)
    except FileNotFoundError:
        logger.warning("the file of %s is gone: %s", export, export and export.file_name)
    except OSError as error:
        logger.warning("the file of %s could not be reached: %s", export, error)
        return render(request, "notes/export_away.html", {"run": run}, status=503)
    return render(request, "notes/export_gone.html", {"run": run}, status=410)
