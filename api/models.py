"""What lets programs in, and what they asked for lately."""

from __future__ import annotations

import hashlib
import secrets
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from api.credentials import ALL, RESOURCES, Credential

PREFIX = "cw_"  # by which people, and programs that look for leaked secrets, know our tokens


class LogInQuerySet(models.QuerySet["LogIn"]):
    def good(self) -> Self:
        """Those that let in, as long as the password is still the one they were made with."""
        return self.filter(expires_at__gt=Now(), user__is_active=True)

    def visible_to(self, user: User) -> Self:
        """Those of theirs that let in."""
        return self.good().filter(user=user.pk, auth_hash=user.get_session_auth_hash())


class LogIn(models.Model):
    """A program's log-in: the access and refresh tokens that came of it, each refresh token good once.

    Ending it ends all of them. `refresh_id` is the `jti` of the one refresh token that is good now.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    auth_hash = models.CharField(max_length=128, editable=False)  # another one after a change of the password
    refresh_id = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()

    objects = LogInQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="api_log_in_expires")]

    def __str__(self) -> str:
        return f"log-in of {self.user}"

    @property
    def credential(self) -> Credential:
        return Credential("log-in", str(self.pk))


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user.pk)

    def good(self) -> Self:
        """Those that let in."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), user__is_active=True)

    def with_secret(self, secret: str) -> Token | None:
        """The good token with this secret, with its user."""
        return self.good().select_related("user").filter(secret_hash=hashed(secret)).first()


class Token(models.Model):
    """A personal API token: what its owner made for one program. Its secret is shown once and kept as a hash.

    `resources` are those it reaches, some of `api.credentials.RESOURCES`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)  # the beginning of the secret
    can_write = models.BooleanField(default=False)
    resources = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="api_token_of_user")]

    def __str__(self) -> str:
        return self.name

    @property
    def credential(self) -> Credential:
        return Credential("token", str(self.pk), self.can_write, ALL & frozenset(self.resources))

    @property
    def reach(self) -> str:
        """What it reaches, in words."""
        names = [label for name, label in RESOURCES.items() if name in self.resources]
        return "Everything" if len(names) == len(RESOURCES) else ", ".join(names)

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def renew_secret(self) -> str:
        """Give it another secret, which is kept nowhere; it is not saved yet."""
        secret = PREFIX + secrets.token_urlsafe(32)
        self.secret_hash, self.hint = hashed(secret), secret[:8]
        return secret


def hashed(secret: str) -> str:
    """Secrets are long and random: without salt or stretching, none is found from its hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


class IdempotentRequest(models.Model):
    """A request that came with an Idempotency-Key, and how it was answered. See `api.idempotency`."""

    caller = models.CharField(max_length=100, editable=False)
    key = models.CharField(max_length=255, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.CASCADE, related_name="+"
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    location = models.CharField(max_length=300, editable=False)
    body = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "key"], name="api_idempotent_request_once")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="api_idempotent_request_age")]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.caller}"
