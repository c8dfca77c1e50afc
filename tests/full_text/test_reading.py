"""PDFs become text in another process, which no PDF can stop, exhaust or keep."""

from pathlib import Path

import pytest

from tests.pdfs import encrypted, hostile, pdf, write_pdf
from webapp.full_text.cache import TextCache
from webapp.full_text.cleaning import PAGE, clean_pages
from webapp.full_text.reading import PdfText, read_pdfs


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PdfText]:
    """What was read of hostile and of ordinary PDFs, all in one run, an ordinary one last."""
    folder, words = tmp_path_factory.mktemp("pdfs"), pdf([["one page"], ["and", "another"]])
    files = {**hostile(), "locked": encrypted(words, "pass"), "open": encrypted(words, "")}
    paths = {}
    for name, data in {**files, "whole": words}.items():
        paths[folder / f"{name}.pdf"] = name
        (folder / f"{name}.pdf").write_bytes(data)
    return {
        paths[path]: text
        for path, text in read_pdfs([*paths, folder / "absent.pdf"])
        if path in paths
    }


def test_a_pdf_gives_the_text_of_its_pages_after_all_hostile_ones(
    texts: dict[str, PdfText],
) -> None:
    assert texts["whole"] == PdfText(f"one page{PAGE}and another")
    assert texts["open"] == texts["whole"]  # only its owner has a password


def test_a_hostile_pdf_is_named_or_gives_the_text_before_the_fault(
    texts: dict[str, PdfText],
) -> None:
    for name in hostile():
        assert texts[name].reason or texts[name].text.strip() == "before the fault", name
    assert texts["empty"].reason == texts["cut"].reason == texts["bomb"].reason == "damaged-pdf"
    assert texts["locked"] == PdfText("", "encrypted-pdf")


def test_a_page_without_text_is_named(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "scan.pdf", "")
    assert list(read_pdfs([path])) == [(path, PdfText("", "pdf-without-text"))]


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.full_text.reading.SECONDS", 1)
    monkeypatch.setattr("webapp.full_text.reading.PATIENCE", 600)  # the machine may be busy
    slow, path = tmp_path / "slow.pdf", write_pdf(tmp_path / "a.pdf", "some words")
    slow.write_bytes(pdf([["the first page"], ["x"] * 400_000]))
    first, second = (text for _, text in read_pdfs([slow, path]))
    assert first == PdfText("the first page", "pdf-too-slow")
    assert second == PdfText("some words")


def test_what_takes_too_much_memory_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.full_text.reading.MEMORY", 100 << 20)
    large, path = tmp_path / "large.pdf", write_pdf(tmp_path / "a.pdf", "some words")
    large.write_bytes(b"%PDF-1.7\n" + b"1 0 obj [" + b"[] " * 9_000_000 + b"] endobj")
    (_, first), (_, second) = read_pdfs([large, path])
    assert first.reason in ("pdf-too-large", "damaged-pdf")
    assert second == PdfText("some words")


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        (["the e\ufb03cient atten-\ntion"], "the efficient attention"),
        (["a state-of-\nthe-art method"], "a state-of-the-art method"),
        (["few-shot and few-\nshot"], "few-shot and few-shot"),
        (["a few-\nshot fewshot"], "a fewshot fewshot"),
        (["the Kullback-\nLeibler one"], "the Kullback-Leibler one"),
        (["soft\u00ad\nware and hard\u00adware"], "software and hardware"),
        (["inter-", "national law"], f"international{PAGE}law"),
        (["a\x00b \ud800 c\td\u00a0e"], "a b c d e"),
        ([""], ""),
        ([], ""),
    ],
)
def test_words_are_as_the_text_means_them(pages: list[str], text: str) -> None:
    assert clean_pages(pages) == text


def test_running_heads_and_page_numbers_are_left_out() -> None:
    bodies = ("apples are divi-", "ded into halves", "pears follow", "plums too", "and cherries")
    pages = [f"A. Author et al.\n{body}\n{n}" for n, body in enumerate(bodies, 1)]
    text = clean_pages(pages)
    assert text == PAGE.join(("apples are divided", "into halves", *bodies[2:]))


def test_hostile_text_is_cleaned_in_linear_time() -> None:
    for part in ("a", "a-", "-\n", "\n\f", " \n", "1", "a-\nb", "\u0301", "\ufb03"):
        assert isinstance(clean_pages([part * 100_000]), str)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_text_is_read_once_until_the_content_changes(tmp_path: Path, folder: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", "the first words")
    assert [text.text for _, text in TextCache(folder).read([path])] == ["the first words"]
    cache = TextCache(folder)
    digest = cache.digest(path)
    assert cache.load(digest) == PdfText("the first words")
    assert cache.has_text(digest)
    assert not cache.has_changed_files()
    path.touch()
    assert cache.has_changed_files()
    assert cache.digest(path) == ""
    (folder / f"{digest}.txt").write_text("1 \nfrom the cache")  # as only the time has changed
    assert [text.text for _, text in cache.read([path])] == ["from the cache"]
    write_pdf(path, "other words here")
    assert [text.text for _, text in cache.read([path])] == ["other words here"]


def test_a_damaged_or_deleted_cache_is_read_again(tmp_path: Path, folder: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", "some words")
    list(TextCache(folder).read([path]))
    for file, data in (("files.json", b"{"), ("files.json", b"[1]"), ("files.json", b'{"a": 1}')):
        (folder / file).write_bytes(data)
        assert TextCache(folder).digest(path) == ""
    list(TextCache(folder).read([path]))
    cache = TextCache(folder)
    (folder / f"{cache.digest(path)}.txt").unlink()
    assert TextCache(folder).digest(path) == ""
    assert [text.text for _, text in cache.read([path])] == ["some words"]


def test_what_no_publication_names_is_deleted(tmp_path: Path, folder: Path) -> None:
    paths = [write_pdf(tmp_path / f"{n}.pdf", f"number {n}") for n in range(2)]
    cache = TextCache(folder)
    list(cache.read(paths))
    (folder / "files.json.0f").write_text("what a killed process left")
    cache.remove_others(paths[:1], [cache.digest(paths[0])])
    assert TextCache(folder).digest(paths[0])
    assert not TextCache(folder).digest(paths[1])
    assert len(list(folder.iterdir())) == 2


def test_one_process_reads_at_a_time(folder: Path) -> None:
    with TextCache(folder).locked() as first, TextCache(folder).locked() as second:
        assert (first, second) == (True, False)
