"""Files that go with messages."""

import pytest

from mail.messages import Attachment, Message
from tests.mail.test_letters import letter, read

NOTES = Attachment("notes.txt", "text/plain; charset=utf-8", "Ümläut\r\n.\r\n".encode())
PICTURE = Attachment("a picture.png", "image/png", bytes(range(256)) * 40)


@pytest.mark.parametrize("html", ["", "<html><body><p>Words</p></body></html>"])
def test_they_arrive_whole_beside_the_words(html: str) -> None:
    raw = letter(Message("Hello", "Words", html, attachments=(NOTES, PICTURE)))
    message = read(raw)
    assert not message.defects
    assert message.get_content_type() == "multipart/mixed"
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert list(files) == ["notes.txt", "a picture.png"]
    assert files["notes.txt"].get_content() == NOTES.content.decode()
    assert files["a picture.png"].get_content() == PICTURE.content
    words = message.get_body(("plain",))
    assert words
    assert words.get_content().startswith("Words")
    assert bool(message.get_body(("html",))) == bool(html)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_message_without_any_is_as_it_was() -> None:
    html = "<html><body></body></html>"
    assert read(letter(Message("Hello", "Words", html))).get_content_type() == "multipart/alternative"


def test_an_empty_file_is_one() -> None:
    empty = Attachment("empty.bin", "application/octet-stream", b"")
    [file] = read(letter(Message("Hello", "Words", attachments=(empty,)))).iter_attachments()
    assert file.get_content() == b""


@pytest.mark.parametrize(
    "name", ["", ".hidden", 'a"b', "a\r\nBcc: eve@example.org", "ü.txt", "a/b", "x" * 200]
)
def test_a_name_that_could_be_more_than_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no attachment can be called"):
        Attachment(name, "text/plain", b"")


@pytest.mark.parametrize(
    "kind", ["", "text", "text/plain\r\nBcc: eve@example.org", "text/plain; x", "text/ü"]
)
def test_so_is_a_type(kind: str) -> None:
    with pytest.raises(ValueError, match="no attachment can be called"):
        Attachment("a.txt", kind, b"")
