"""Pages about e-mailing a note."""

from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts.access import for_own
from accounts.requests import UserRequest
from notes.forms import EmailForm
from notes.kinds import message_of
from notes.models import Note

PREVIEW_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


@csp_update({"frame-src": ["'self'"]})
@for_own(Note.objects.visible_to, "GET", "HEAD", "POST")
def email(request: UserRequest, note: Note) -> HttpResponse:
    """Send it now or, with a schedule, whenever that says."""
    form = EmailForm(request.POST or None, note=note)
    if request.method == "POST" and form.is_valid() and form.send():
        return redirect(f"{note.get_absolute_url()}#emails")
    is_wrong = bool(form.errors or form.later.errors)
    return render(request, "notes/email.html", {"form": form, "note": note}, status=422 if is_wrong else 200)


@xframe_options_sameorigin
@for_own(Note.objects.visible_to, "GET", "HEAD")
def preview(request: UserRequest, note: Note) -> HttpResponse:
    """The note as its readers get it: in a sandbox, with the mail's own inline styles and nothing else."""
    html = message_of(note.title, note.body).html
    return HttpResponse(html, headers={"Content-Security-Policy": PREVIEW_POLICY})
