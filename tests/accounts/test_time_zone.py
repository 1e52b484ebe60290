"""Everybody sees times on their own clock."""

from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import zones
from accounts.middleware import TimeZoneMiddleware
from accounts.models import User
from tests.factories import make_user


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "Asia/Calcutta", "America/Argentina/Buenos_Aires"])
def test_iana_names_are_zones(name: str) -> None:
    zones.validate_time_zone(name)
    assert ZoneInfo(name)


@pytest.mark.parametrize("name", ["", "localtime", "europe/berlin", "+02:00", "../localtime", "Mars/Olympus"])
def test_nothing_else_is(name: str) -> None:
    with pytest.raises(ValidationError, match="is not a time zone we know"):
        zones.validate_time_zone(name)


def test_what_is_offered_is_known() -> None:
    assert set(zones.offered()) <= zones.known()
    assert zones.offered()[0] == "UTC"


@pytest.mark.django_db
def test_the_zone_holds_for_the_request_alone() -> None:
    active = []

    def view(request: HttpRequest) -> HttpResponse:
        active.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = make_user("ada", time_zone="Asia/Tokyo")
    TimeZoneMiddleware(view)(request)
    assert active == ["Asia/Tokyo"]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.django_db
def test_pages_show_it(client: Client) -> None:
    client.force_login(make_user("ada", time_zone="Pacific/Kiritimati"))
    hour = timezone.now().astimezone(ZoneInfo("Pacific/Kiritimati")).strftime("%H")
    assert f"<time>{hour}:" in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_zone_that_a_system_has_lost_is_utc(client: Client) -> None:
    user = make_user("ada")
    User.objects.filter(pk=user.pk).update(time_zone="Mars/Olympus")
    client.force_login(user)
    assert client.get("/").status_code == 200
