"""Who is here: people, their codes and their clocks."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models.base import ModelBase
from django.db.models.functions import Lower

from accounts import names, usercodes, zones

# No @: log-in takes a username or an e-mail address, and nobody may sit on another's address.
validate_username = RegexValidator(
    r"^[\w.+-]+\Z", "Letters, digits and the characters . + - _ make a username.", code="invalid"
)


COLOURS = 8  # in static/css/components/avatar.css


class UserQuerySet(models.QuerySet["User"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """One by one, each with everything of theirs; see `User.delete`."""
        counts: Counter[str] = Counter()
        for user in self.order_by("pk"):
            counts.update(user.delete()[1])
        return counts.total(), dict(counts)

    delete.alters_data = True  # type: ignore[attr-defined]


class UserManager(DjangoUserManager["User"]):
    """People, also found by what they read out to each other."""

    use_in_migrations = False

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    @transaction.atomic
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra_fields: Any
    ) -> "User":
        """Whoever holds the machine needs no letter to show that the address is theirs."""
        user = super().create_superuser(username, email, password, **extra_fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user

    def with_usercode(self, typed: str) -> models.QuerySet["User"]:
        """The person with this code, however it was written down."""
        return self.filter(usercode=usercodes.normalise(typed), is_active=True)

    def reachable(self) -> models.QuerySet["User"]:
        """Those who are here and whose address was shown to be theirs."""
        verified = EmailAddress.objects.filter(user=models.OuterRef("pk"), primary=True, verified=True)
        return self.filter(models.Exists(verified), is_active=True)

    def called(self, words: Iterable[str]) -> dict[str, "User"]:
        """Whom each word means, a usercode or a username with or without @; one query however many."""
        names = {word: word.removeprefix("@").lower() for word in words}
        codes = {word: usercodes.normalise(word) for word in names}
        candidates = self.reachable().annotate(small=Lower("username"))
        known = list(
            candidates.filter(
                models.Q(usercode__in=codes.values())
                | models.Q(small__in=names.values())
                | models.Q(username__in=[word.removeprefix("@") for word in names])
            )
        )
        by_code = {user.usercode: user for user in known}
        by_name = {user.username.lower(): user for user in known}
        found = {word: by_code.get(codes[word]) or by_name.get(names[word]) for word in names}
        return {word: user for word, user in found.items() if user}


class User(AbstractUser):
    """Somebody with an account."""

    username = models.CharField(
        "username",
        max_length=30,
        unique=True,
        validators=[validate_username],
        help_text="At most 30 letters, digits and . + - _",
        error_messages={"unique": "This username is taken."},
    )
    # One name, which may have any shape, in the place of Django's two.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(
        max_length=60,
        blank=True,
        default="",
        validators=[names.validate_name],
        help_text="What others call you; it stands beside your username.",
    )
    email = models.EmailField("e-mail address")
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[zones.validate_time_zone],
        help_text="Times are shown and typed in this zone.",
    )
    usercode = models.CharField(
        max_length=usercodes.LENGTH,
        unique=True,
        editable=False,
        default=usercodes.generate,
        help_text="What others find you by without knowing your address.",
    )
    avatar = models.CharField(
        max_length=100,
        blank=True,
        default="",
        editable=False,
        db_index=True,
        help_text="The name of the picture's file in the private storage.",
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_once",
                violation_error_message="An account with this e-mail address exists already.",
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_once",
                violation_error_message="This username is taken.",
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="accounts_user_email_given",
                violation_error_message="An e-mail address is needed.",
            ),
        ]

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save, taking another usercode while the one at hand belongs to somebody else.

        The picture stays as it is stored: what was read before that changed names a file that is gone.
        """
        if update_fields is None and not (self._state.adding or force_insert):
            update_fields = {field.name for field in self._meta.local_concrete_fields} - {"id", "avatar"}
        while True:
            try:
                with transaction.atomic(using=using):
                    return super().save(
                        force_insert=force_insert,
                        force_update=force_update,
                        using=using,
                        update_fields=update_fields,
                    )
            except IntegrityError:
                if not self._usercode_is_taken():
                    raise
                self.usercode = usercodes.generate()

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the account with everything of it, whoever asks. Raises `accounts.deletion.Busy`."""
        from accounts import deletion  # noqa: PLC0415 - who hears of it needs this model

        return deletion.delete(self, lambda: super(User, self).delete(using, keep_parents))

    def _usercode_is_taken(self) -> bool:
        return self._state.adding and User.objects.filter(usercode=self.usercode).exists()

    @property
    def zone(self) -> ZoneInfo:
        """The clock this person reads; UTC if this system does not know their zone (any more)."""
        return ZoneInfo(self.time_zone if self.time_zone in zones.known() else "UTC")

    def get_full_name(self) -> str:
        """The name by which others know them, if they gave one."""
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.username

    @property
    def colour(self) -> int:
        """Which of the eight colours of initials is theirs."""
        return self.pk % COLOURS if self.pk else 0

    @property
    def usercode_grouped(self) -> str:
        """The code as it is shown: `K7M-3RD`."""
        return usercodes.grouped(self.usercode)

    @property
    def usercode_spoken(self) -> str:
        """The code as it is said aloud."""
        return usercodes.spoken(self.usercode)

    def has_verified_email(self) -> bool:
        """Whether the address we would write to was shown to be theirs."""
        return bool(EmailAddress.objects.filter(user=self, primary=True, verified=True).exists())
