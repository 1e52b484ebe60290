"""What the views have in common by which one gets in."""

from django.http import HttpRequest
from rest_framework.request import Request

from api.authentication import BearerAuthentication
from api.views import ApiView


class ForAnybody(ApiView):
    """For whoever has no credential yet; one that comes along is not looked at."""

    authentication_classes = ()
    permission_classes = ()

    def get_authenticate_header(self, request: Request) -> str:
        """Without one, DRF makes every 401 a 403."""
        return BearerAuthentication().authenticate_header(request)

    @property
    def http_request(self) -> HttpRequest:
        """Django's, as allauth wants it."""
        http_request: HttpRequest = self.request._request
        return http_request
