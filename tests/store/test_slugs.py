"""Slugs of publications, made of their keys or of their titles in other scripts."""

import pytest

from tests.conftest import BOTH_DATABASES
from webapp.formats.bibtex import bibtex
from webapp.store.slugs import slug_source, unique_slug

DATABASES = BOTH_DATABASES


@pytest.mark.parametrize(
    ("key", "title", "slug"),
    [
        ("doe2020", "On Tests", "doe2020"),
        ("Müller2020", "On Tests", "muller2020"),
        ("with space 2009", "On Tests", "with-space-2009"),
        ("O'hara2011", "On Tests", "o-hara2011"),
        ("conf/a(b):c+d", "On Tests", "conf-a-b-c-d"),
        ("12345", "中文", "12345"),
        ("王2020", "深度学习", "shen-du-xue-xi"),
        ("王2020", "On {BERT} für 中文", "on-bert-fur-zhong-wen"),
        ("Иванов", "Исследование графов", "issledovanie-grafov"),
        ("Ωμέγα", "Θεωρία μηχανών", "theoria-michanon"),
        ("علی", "On $x^2$ <i>in vitro</i>", "on-x2-in-vitro"),
        ("Иванов", "", "2020"),
        ("Иванов", "Тест " * 40, "test-test-test-test-test-test-test-test-test-test-test-test"),
    ],
)
def test_the_slug_of_a_key(key: str, title: str, slug: str) -> None:
    (record,) = bibtex.read(f"@misc{{{key}, title = {{{title}}}, year = 2020}}").records
    assert unique_slug(slug_source(record), ()) == slug


def test_other_aliases_make_no_slug() -> None:
    file = "@misc{rossi2020, title = {T}, ids = {rossi, Rossi!, rössi 2020}}"
    (record,) = bibtex.read(file).records
    assert slug_source(record) == "rossi2020"


def test_slugs_of_other_scripts_are_numbered_if_they_collide() -> None:
    entries = "\n".join(f"@misc{{{key}, title = {{Т}}, year = 2020}}" for key in ("Ив", "Ив", "Пе"))
    taken: set[str] = set()
    for record in bibtex.read(entries).records:
        taken.add(unique_slug(slug_source(record), taken))
    assert taken == {"t", "t-2", "t-3"}
