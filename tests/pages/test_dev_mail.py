"""The mails of a development machine: for its developer, and for nobody else."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User

BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture(autouse=True)
def development(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.EMAIL_BACKEND = BACKEND
    settings.EMAIL_FILE_PATH = str(tmp_path)


def send(*subjects: str, text: str = "", html: str = "") -> None:
    """All of them over one connection, so into one file."""
    letters = [EmailMultiAlternatives(subject, text, to=["ada@example.com"]) for subject in subjects]
    for letter in letters:
        if html:
            letter.attach_alternative(html, "text/html")
    get_connection(BACKEND).send_messages(letters)


def path_of_first(client: Client) -> str:
    mails = client.get("/dev/mail/").context["mails"]
    return f"/dev/mail/{mails[0].key}/"


def test_they_are_listed_newest_first(client: Client) -> None:
    send("first", "second")
    send("third")
    mails = client.get("/dev/mail/").context["mails"]
    assert [mail.message["Subject"] for mail in mails] == ["third", "second", "first"]


def test_without_any_it_says_so(client: Client) -> None:
    assert "No mail yet" in client.get("/dev/mail/").content.decode()


def test_the_folder_may_be_missing(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "none")
    assert client.get("/dev/mail/").status_code == 200


def test_links_can_be_clicked_and_markup_is_text(client: Client) -> None:
    send("Hello", text="Go to http://localhost:8000/accounts/x/ now.\n<script>alert(1)</script>")
    page = client.get(path_of_first(client)).content.decode()
    assert '<a href="http://localhost:8000/accounts/x/" rel="nofollow">' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_html_part_stands_in_a_sandbox(client: Client) -> None:
    send("Hello", text="Hello", html="<h1>Hello</h1>")
    answer = client.get(path_of_first(client) + "html/")
    assert answer.content.strip() == b"<h1>Hello</h1>"
    assert answer["Content-Security-Policy"].startswith("sandbox ")
    assert "allow-scripts" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("key", ["nothing-0", "x", "20260101-000000-1-0"])
def test_what_is_not_there_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/dev/mail/{key}/").status_code == 404


def test_a_mail_that_is_still_being_written_waits(client: Client, tmp_path: Path) -> None:
    send("whole")
    [file] = tmp_path.glob("*.log")
    with file.open("ab") as appended:
        appended.write(b"Subject: half\n\nHel")
    mails = client.get("/dev/mail/").context["mails"]
    assert [mail.message["Subject"] for mail in mails] == ["whole"]


def test_sign_up_is_finished_by_clicking(client: Client, db: None) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"username": "ada", "email": "ada@example.com", "password1": "correct horse battery staple"},
        follow=True,
    )
    assert 'href="/dev/mail/"' in answer.content.decode()
    page = client.get(path_of_first(client)).content.decode()
    link = page.split('href="http://localhost:8000')[1].split('"')[0]
    client.post(link)
    assert "Hello, ada" in client.get("/").content.decode()


PATHS = ["/dev/mail/", "/dev/mail/x-0/", "/dev/mail/x-0/html/"]


@pytest.mark.parametrize("path", PATHS)
def test_without_debug_it_does_not_exist(client: Client, settings: Settings, path: str) -> None:
    send("secret")
    settings.DEBUG = False
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", ""])
def test_from_another_machine_it_does_not_exist(client: Client, address: str) -> None:
    send("secret")
    for path in [*PATHS, path_of_first(client)]:
        assert client.get(path, REMOTE_ADDR=address).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_through_a_proxy_on_this_machine_it_does_not_exist(client: Client, header: str) -> None:
    assert client.get("/dev/mail/", headers={header: "192.0.2.7"}).status_code == 404


def test_it_is_offered_where_mail_becomes_files_alone(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "mail.backend.QueuedEmailBackend"  # what hands it to the way out, as at work
    assert "/dev/mail/" in client.get("/accounts/confirm-email/").content.decode()
    settings.DIRECT_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "/dev/mail/" not in client.get("/accounts/confirm-email/").content.decode()


def test_it_is_not_offered_where_it_cannot_be_read(client: Client) -> None:
    page = "/accounts/confirm-email/"
    assert "/dev/mail/" in client.get(page).content.decode()
    assert "/dev/mail/" not in client.get(page, REMOTE_ADDR="192.0.2.7").content.decode()


def test_the_list_shows_when_by_the_clock_of_who_looks(client: Client, owner: User) -> None:
    send("Hello")
    owner.time_zone = "Asia/Kolkata"  # half an hour off everybody else
    owner.save()
    client.force_login(owner)
    sent_at = client.get("/dev/mail/").context["mails"][0].sent_at
    assert sent_at.tzinfo is not None
    there = sent_at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"{there:%H:%M:%S}" in client.get("/dev/mail/").content.decode()
