"""What the toasts of a page are caught up with."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest, to_number, to_numbers
from notifications.inbox.toasts import MOST, catch_up


@login_required
@require_GET
@never_cache
def toasts(request: UserRequest) -> JsonResponse:
    shown = to_numbers(request.GET.get("shown", "").split(",")[: 2 * MOST])
    return JsonResponse(catch_up(request.user, to_number(request.GET.get("after", "")), shown))
