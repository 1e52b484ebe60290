"""What people are told: numbered for each of them without a gap, so that “after 7” misses nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

from notifications.events import OTHER
from notifications.levels import Level
from notifications.models.broadcasts import Announcement
from notifications.models.wishes import Mute

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class InboxManager(models.Manager["Inbox"]):
    def lock(self, user_id: int) -> Inbox | None:
        """The user's inbox, if they were ever told something, for the transaction that is open.

        Whoever else changes it waits until that ends. Notifications are changed under this lock alone, so
        that those who change the same ones wait for each other here, and nowhere in a circle.
        """
        return self.select_for_update(no_key=True).filter(user=user_id).first()

    def lock_or_make(self, user_id: int) -> Inbox:
        """The same, for those who are told something now."""
        found = self.lock(user_id)
        if found is None:
            last = Notification.objects.filter(user=user_id).aggregate(last=Max("number"))["last"]
            self.bulk_create([Inbox(user_id=user_id, head=last or 0)], ignore_conflicts=True)
            found = self.select_for_update(no_key=True).get(user=user_id)
        return found


class Inbox(models.Model):
    """The counters of a person's notifications.

    `head` numbers them. `version` is raised by whatever changes the inbox, so that who shows it can tell
    whether they have seen everything. `announcements_seen` is up to where announcements were put into it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox")
    head = models.PositiveBigIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0)
    announcements_seen = models.PositiveBigIntegerField(default=0)

    objects = InboxManager()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return f"inbox of {self.user}"

    def take_number(self) -> int:
        """The next number, for a row written in the same transaction; the inbox is locked.

        So numbers are handed out in the order of their commits, and one that is rolled back is handed out
        again.
        """
        return self.take_numbers(1)[0]

    def take_numbers(self, count: int) -> range:
        """The next `count` numbers, likewise."""
        Inbox.objects.filter(pk=self.pk).update(head=F("head") + count, version=F("version") + 1)
        self.refresh_from_db(fields=["head", "version"])
        return range(self.head - count + 1, self.head + 1)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The user's own, without announcements that were retracted or are over."""
        own = self.filter(user=user.pk)
        return own.filter(Q(announcement=None) | Q(announcement__in=Announcement.objects.current()))

    def in_inbox(self) -> Self:
        return self.filter(archived_at=None, folded=False)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False, folded=False)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def still_news(self) -> Self:
        """Neither read nor archived since they came, also those that never were for the inbox."""
        return self.filter(Q(read_at=None, archived_at=None) | Q(read_at=F("created_at")))

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def with_words(self, words: str) -> Self:
        """Those with all of these words in their title or text."""
        found = self
        for word in words.split():
            found = found.filter(_says(word))
        return found

    def with_muted(self) -> Self:
        """Each with `is_muted`: whether its user wants to hear no more of its thread."""
        return self.annotate(
            is_muted=Exists(Mute.objects.filter(user=OuterRef("user"), thread=OuterRef("thread")))
        )

    def line_keys(self) -> models.QuerySet[Notification, int]:
        """The keys of those they are shown in, which is themselves unless they are folded."""
        return self.values_list(_line_key(), flat=True)

    def in_lines(self, lines: NotificationQuerySet) -> Self:
        """Those, and what is folded into them."""
        return self._shown_in(lines.values("pk"), lines.filter(count__gt=1).values("thread"))

    def with_folded(self, notification: Notification) -> Self:
        """It, and what is folded into it."""
        return self._shown_in([notification.pk], [notification.thread] if notification.count > 1 else [])

    def _shown_in(self, lines: Any, threads: Any) -> Self:
        """What is shown in lines with these keys; those that stand for several are of these threads."""
        candidates = self.filter(Q(pk__in=lines) | Q(folded=True, thread__in=threads))
        return candidates.annotate(line=_line_key()).filter(line__in=lines)

    def with_text(self) -> Self:
        """With what `text` needs, in the same query."""
        return self.select_related("announcement")

    def fold(self, thread: str) -> int:
        """Fold what is unread of a thread, for another one of it; gives how many they were. The inbox is
        locked.

        Only the newest of it may be: what is folded into one are those right before it, of the same thread.
        """
        newest = self.filter(thread=thread, folded=False).exclude(thread="").newest_first().first()
        if newest is None or newest.is_read or newest.is_archived:
            return 0
        self.filter(pk=newest.pk).update(folded=True)
        return newest.count

    def unfold(self, notification: Notification) -> None:
        """Make a folded one the newest of a line of its own; what came after it stays where it was. The inbox
        is locked."""
        line = self.filter(pk=notification.pk).line_keys().get()
        self.filter(pk=notification.pk).update(folded=False)
        count = self.with_folded(notification).count()
        self.filter(pk=notification.pk).update(count=count)
        self.filter(pk=line).update(count=F("count") - count)

    def unfold_until(self, number: int) -> None:
        """Have no line hold both what came until this number and what came later. The inbox is locked."""
        for line in self.filter(folded=False, number__gt=number, count__gt=1):
            earlier = self.with_folded(line).filter(number__lte=number).newest_first().first()
            if earlier:
                self.unfold(earlier)

    def chosen(self, keys: Collection[int]) -> Self:
        """Those with these keys and what was folded into them when they were shown. The inbox is locked."""
        chosen = self.filter(pk__in=keys)
        for folded in chosen.filter(folded=True).newest_first():
            self.unfold(folded)
        return self._shown_in(keys, list(chosen.filter(count__gt=1).values_list("thread", flat=True)))

    def mark_read(self) -> int:
        """Mark those that are not yet, or never were for the inbox; gives how many. The inbox is locked."""
        return self.filter(Q(read_at=None) | Q(read_at=F("created_at"))).update(read_at=Now())

    def mark_unread(self) -> int:
        """The other way round; what is archived stays read."""
        return self.filter(read_at__isnull=False, archived_at=None).update(read_at=None)

    def archive(self) -> int:
        """Put away what is done with, which therefore counts as read. The inbox is locked."""
        return self.filter(archived_at=None).update(archived_at=Now(), read_at=Coalesce("read_at", Now()))

    def take_out(self) -> int:
        """Take out of the archive. The inbox is locked."""
        return self.filter(archived_at__isnull=False).update(archived_at=None)

    def remove(self) -> int:
        """Delete for good. The inbox is locked."""
        return self.delete()[1].get("notifications.Notification", 0)

    def withdraw(self) -> int:
        """What they are about is gone: they count as read, lead nowhere, and have no buttons any more."""
        self.mark_read()
        return self.update(url="", panel="")


def _says(word: str) -> Q:
    return Q(title__icontains=word) | Q(body__icontains=word) | Q(announcement__text__icontains=word)


def _line_key() -> models.expressions.Combinable:
    """With the empty thread left out, as in the index of threads: otherwise that could not be used."""
    newer = Notification.objects.filter(
        user=OuterRef("user"), thread=OuterRef("thread"), number__gt=OuterRef("number"), folded=False
    ).exclude(thread="")
    return Case(When(folded=True, then=Subquery(newer.order_by("number").values("pk")[:1])), default=F("pk"))


class Notification(models.Model):
    """One entry of somebody's inbox.

    `thread` is what repeats: entries of the same thread that nobody read yet are shown as one, the newest,
    whose `count` says how many they are; the others are `folded`. `together` is what they are called then,
    with `{count}` in the place of the number.
    """

    Level = Level

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    number = models.PositiveBigIntegerField(editable=False)
    event = models.CharField(max_length=60, default=OTHER)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    url = models.CharField(
        max_length=500, blank=True, help_text="Where on this site one sees what it is about."
    )
    panel = models.CharField(
        max_length=500, blank=True, help_text="Where its buttons are, as an HTML fragment."
    )
    thread = models.CharField(max_length=100, blank=True)
    together = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=1)
    folded = models.BooleanField(default=False)
    pushed = models.BooleanField(
        db_default=False, editable=False, help_text="Browsers may show it as long as it is news."
    )
    announcement = models.ForeignKey(
        Announcement, null=True, blank=True, on_delete=models.CASCADE, related_name="notifications"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "number"], name="notification_number"),
            models.UniqueConstraint(
                fields=["announcement", "user"],
                name="notification_of_announcement",
                condition=Q(announcement__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "-number"],
                name="notification_unread",
                condition=Q(read_at=None, archived_at=None, folded=False),
            ),
            models.Index(
                fields=["user", "-number"],
                name="notification_in_inbox",
                condition=Q(archived_at=None, folded=False),
            ),
            models.Index(fields=["user"], name="notification_pushed", condition=Q(pushed=True)),
            models.Index(
                fields=["user", "thread", "-number"], name="notification_thread", condition=~Q(thread="")
            ),
            models.Index(
                fields=["announcement", "read_at"],
                name="notification_shown",  # counts who read an announcement without looking at the rows
                condition=Q(announcement__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where opening it marks it read and leads on to what it is about."""
        return reverse("notifications:detail", args=[self.pk])

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def is_still_news(self) -> bool:
        return not (self.is_read or self.is_archived) or self.read_at == self.created_at

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def text(self) -> str:
        """What it says below its title; that of an announcement is stored once, for all."""
        return self.announcement.text if self.announcement else self.body

    @property
    def heading(self) -> str:
        """What the list calls it: together with what is folded into it."""
        return self.together.replace("{count}", str(self.count)) if self.count > 1 else self.title

    @property
    def topic(self) -> str:
        """What its thread is about, for whoever wants to hear no more of it."""
        about = self.together.replace("{count}", "").strip()
        return about[:1].upper() + about[1:] if about else self.title
