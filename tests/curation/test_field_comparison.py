"""Other spellings of the same are no differences between sources; other content is."""

import pytest

from webapp.curation.field_comparison import ENTRY_TYPE, say_the_same
from webapp.curation.merging import meaning

SAME = [
    ("journal", "J. Sand", "Journal of Sand"),
    ("journal", "J Biol Chem", "The Journal of Biological Chemistry"),
    ("journal", "Sand Res", "Sand Research"),
    ("journal", "Proc. Natl. Acad. Sci.", "Proceedings of the National Academy of Sciences"),
    ("journal", "IEEE Trans. Softw. Eng.", "IEEE Transactions on Software Engineering"),
    ("journal", "Z. Angew. Phys.", "Zeitschrift für angewandte Physik"),
    ("journal", "JSR", "Journal of Sand Research"),
    ("journal", "Sand (London)", "Sand"),
    ("journal", r"Sand \& Water", "Sand and Water"),
    ("booktitle", "Proc. of the Conf. on Sand", "Proceedings of the Conference on Sand"),
    ("journal", "J. R. Stat. Soc. B", "Journal of the Royal Statistical Society: Series B"),
    ("journal", "CoRR", "arXiv preprint arXiv:2001.00001"),
    ("publisher", "Sand Univ. Press", "Sand University Press"),
    ("publisher", "Springer", "Springer Berlin Heidelberg"),
    ("publisher", "ACM", "Association for Computing Machinery"),
    ("publisher", "John Wiley & Sons, Inc.", "John Wiley and Sons"),
    ("title", "Sorting Sand – by Hand", "Sorting sand: by hand"),
    ("title", "Water &amp; sand", r"Water \& Sand"),
    ("title", r"Caf{\'e} und Stra{\ss}e", "Cafe und Strasse"),
    ("author", "Doe, J. and Roe, R. M.", "Doe, Jane and Roe, Richard Miles"),
    ("author", "Doe, JL", "Doe, Jean-Luc"),
    ("editor", "Doe, Jane", "Jane Doe"),
    ("pages", "10", "10--10"),
    ("pages", "pp. 123-30", "123–130"),
    ("doi", "https://doi.org/10.5555/SAND", "doi: 10.5555/sand"),
    ("eprint", "arXiv:2001.00001v2", "2001.00001"),
    ("url", "http://www.example.org/a/", "https://example.org/a"),
    ("volume", "Vol. 07", "7"),
    ("number", "3–4", "3-4"),
    ("edition", "Second", "2nd"),
    ("isbn", "978-3-16-148410-0", "3161484100"),
    ("issn", "1234-567X", "1234567x"),
    ("keywords", "sand, tea", "Tea; Sand"),
    ("langid", "english", "en"),
    ("month", "jan", "1"),
    ("date", "2020", "2020-05"),
    (ENTRY_TYPE, "conference", "inproceedings"),
]
DIFFERENT = [
    ("journal", "Nature", "Nature Physics"),
    ("journal", "Physical Review A", "Physical Review Applied"),
    ("journal", "Journal of Sand", "Journal of Sandstone"),
    ("journal", "J. Sand", "Journal of Tea"),
    ("journal", "J. Sand A", "Journal of Sand B"),
    ("publisher", "Sand Press", "Tea Press"),
    ("booktitle", "EMNLP 2020", "EMNLP 2021"),
    ("title", "Sorting sand", "Sifting sand"),
    ("title", "+", "−"),
    ("author", "Doe, Jane", "Doe, John"),
    ("author", "Doe, Jane", "Doe, Jane and Roe, Richard"),
    ("pages", "1--9", "19"),
    ("pages", "1--9", "1--10"),
    ("volume", "12", "1--2"),
    ("doi", "10.5555/1", "10.5555/2"),
    ("edition", "First", "Second"),
    ("isbn", "978-3-16-148410-0", "978-0-306-40615-7"),
    ("date", "2020", "2021"),
    (ENTRY_TYPE, "article", "book"),
]


@pytest.mark.parametrize(("name", "ours", "theirs"), SAME)
def test_other_spellings_are_no_difference(name: str, ours: str, theirs: str) -> None:
    assert say_the_same(meaning(name), {name: ours}, {name: theirs})
    assert say_the_same(meaning(name), {name: theirs}, {name: ours})


@pytest.mark.parametrize(("name", "ours", "theirs"), DIFFERENT)
def test_other_content_is_a_difference(name: str, ours: str, theirs: str) -> None:
    assert not say_the_same(meaning(name), {name: ours}, {name: theirs})
    assert not say_the_same(meaning(name), {name: theirs}, {name: ours})
