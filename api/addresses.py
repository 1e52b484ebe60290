"""Absolute addresses of things that have a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

SOME_KEY = 4711_4711_4711_4711


class Links(serializers.DictField):
    """Addresses by what they lead to."""

    child = serializers.URLField()


class Addresses:
    """Those that one answer names: each pattern is looked up once, however many things are listed."""

    def __init__(self, request: Request) -> None:
        self._site = request.build_absolute_uri("/").removesuffix("/")
        self._patterns: dict[str, tuple[str, str]] = {}

    @classmethod
    def within(cls, context: Mapping[str, Any]) -> Addresses:
        """Of a serializer's context, which all things of an answer share."""
        shared = cast("dict[str, Any]", context)
        if "addresses" not in shared:
            shared["addresses"] = cls(shared["request"])
        return cast("Addresses", shared["addresses"])

    def of(self, name: str, key: int | str) -> str:
        """That of the thing with this key, by the name of its URL."""
        if name not in self._patterns:
            before, _, after = reverse(name, args=[SOME_KEY]).partition(str(SOME_KEY))
            self._patterns[name] = (f"{self._site}{before}", after)
        before, after = self._patterns[name]
        return f"{before}{key}{after}"
