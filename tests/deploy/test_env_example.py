"""`.env.example` lists what the settings read, no more and no less."""

import re

from tests.deploy.conftest import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()


def test_every_setting_is_listed_and_nothing_else(setting_names: frozenset[str]) -> None:
    assert set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)) == setting_names


def test_none_is_listed_twice() -> None:
    listed = re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)
    assert len(listed) == len(set(listed))


def test_each_has_a_word_on_it() -> None:
    for paragraph in re.split(r"\n(?=# )", EXAMPLE):
        if re.search(r"^#[A-Z0-9_]+=", paragraph, re.MULTILINE):
            assert re.match(r"# .{15,}", paragraph), paragraph


def test_a_copy_of_it_sets_nothing() -> None:
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []
