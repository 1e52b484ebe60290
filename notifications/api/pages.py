"""Pages of an inbox."""

from api.pages import Pages


class NumberPages(Pages):
    """Newest first. The cursor names a number of the inbox, of which none comes later among older ones."""

    ordering = "-number"
