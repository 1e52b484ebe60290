"""What templates of allauth's pages need to know beyond what its views tell them."""

from django import template

from accounts.second_factors import is_missing, needed_by

register = template.Library()

register.simple_tag(is_missing, name="second_factor_is_missing")
register.simple_tag(needed_by, name="second_factors_of")
