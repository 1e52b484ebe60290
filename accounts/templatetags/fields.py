"""How the fields of all our forms are shown."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def without_placeholder(field: BoundField) -> BoundField:
    """A label stands above it; the placeholders of allauth's forms only repeat that one in other words."""
    field.field.widget.attrs.pop("placeholder", None)
    return field
