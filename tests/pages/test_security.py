"""Headers and cookies."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

TEMPLATES = settings.BASE_DIR / "templates"
LETTERS = (
    "account/email/",
    "mail/layout.html",
    "mail/_refusal_footer.html",
    "notifications/digest.html",
    "reminders/email.html",
)
PAGES = [
    name
    for path in sorted(TEMPLATES.rglob("*.html"))
    if not (name := str(path.relative_to(TEMPLATES))).startswith(LETTERS)
]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


def policy_of(client: Client, path: str) -> dict[str, str]:
    header = client.get(path)["Content-Security-Policy"]
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in header.split(";"))}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/profile/", "/admin/", "/nowhere"])
def test_scripts_and_styles_come_from_files_of_ours(client: Client, owner: User, path: str) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    client.force_login(owner)
    policy = policy_of(client, path)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"].split()[0] == "'self'"
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("template", PAGES)
def test_no_template_needs_more(template: str) -> None:
    assert not INLINE.search((TEMPLATES / template).read_text())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/notes/", "/tasks/", "/accounts/profile/", "/nowhere"])
def test_pages_of_somebody_signed_in_are_kept_in_no_cache(client: Client, owner: User, path: str) -> None:
    assert "Cache-Control" not in client.get("/about/")
    client.force_login(owner)
    assert {"no-store", "private"} <= set(client.get(path)["Cache-Control"].split(", "))


@pytest.mark.django_db
def test_other_headers(client: Client) -> None:
    answer = client.get("/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_pages_of_those_who_are_signed_in_are_not_left_in_shared_caches(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert "Cookie" in client.get("/")["Vary"]


@pytest.mark.django_db
def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: Client, owner: User) -> None:
    client.post("/accounts/login/", {"login": "owner", "password": PASSWORD})
    cookie = client.cookies["clock_work_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("site", "secure"), [("http://localhost:8000", False), ("https://clock.example", True)]
)
def test_secure_cookies_and_hsts_follow_the_sites_address(site: str, secure: bool) -> None:
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"]
    script = f"from clock_work import settings; print([bool(getattr(settings, name)) for name in {names}])"
    environment = {**os.environ, "DEBUG": "true", "SITE_URL": site}
    environment.pop("TRUST_PROXY", None)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([secure] * 4)
