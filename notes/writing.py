"""How what people write becomes a title and a body."""

from mail.messages import CONTROL_CHARACTERS


def one_line(title: str) -> str:
    """A title becomes the subject of e-mails; what is pasted may hold tabs and more."""
    return " ".join(CONTROL_CHARACTERS.sub(" ", title).split())


def with_single_line_ends(body: str) -> str:
    """Browsers send line ends of two characters; people count one."""
    return body.replace("\r\n", "\n")
