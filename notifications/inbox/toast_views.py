"""What the toasts of a page are caught up with."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from notifications.inbox.pages import to_number
from notifications.inbox.toasts import MOST, catch_up


@login_required
@require_GET
@never_cache
def toasts(request: UserRequest) -> JsonResponse:
    shown = [to_number(number) for number in request.GET.get("shown", "").split(",")[: 2 * MOST]]
    after = to_number(request.GET.get("after", ""))
    return JsonResponse(catch_up(request.user, after, [number for number in shown if number is not None]))
