"""People's pictures in templates."""

from django import template

from accounts.avatars import key_of

register = template.Library()

register.filter("avatar_key", key_of)
