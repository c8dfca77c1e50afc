"""Lists in pages of another origin, in Chromium: style, policies, height, history, axe."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, Request, expect

from bench.server import SEED

from .conftest import Site, Visitor, serving
from .host_pages import HOSTILE, STRICT, frame_line, host_of, list_line, page
from .test_accessibility import assert_accessible

SIZES = [(360, "light"), (768, "dark"), (1440, "light")]


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed, which any site may show."""
    folder = tmp_path_factory.mktemp("embedding")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    settings = folder / "site.toml"
    settings.write_text(f'embed = ["*"]\n{settings.read_text()}')
    with serving(folder) as site:
        yield site


@pytest.fixture(scope="module")
def host(embedding: Site) -> Iterator[str]:
    site = embedding.url
    dark = "<style>html { background: #111; color: #eee; font: 20px serif }</style>"
    scripted, framed = list_line(site, "n=2"), frame_line(site, "n=2&amp;abstracts=1")
    pages = {
        "/plain": (page(scripted), ""),
        "/dark": (page(scripted, dark), ""),
        "/hostile": (page(scripted, HOSTILE), ""),
        "/right": (page(scripted, attributes=' dir="rtl" lang="he"'), ""),
        "/strict": (page(scripted + framed), STRICT.format(site)),
        "/forbidden": (page(scripted), "default-src 'self'"),
        "/two": (page(scripted + list_line(site, "n=1&amp;q=tensorir", ' shadow="none"')), ""),
        "/dialog": (page(f"<dialog open>{scripted}</dialog>"), ""),
        "/frame": (page(framed + f'<script type="module" src="{site}/embed.js"></script>'), ""),
        "/alone": (page(framed), ""),
        "/sandbox": (page(frame_line(site, "n=2", ' sandbox="allow-scripts allow-popups"')), ""),
        "/site": (page(f'<iframe src="{site}/" title="Site"></iframe>'), ""),
        "/down": (page(list_line("http://127.0.0.1:9", "n=2")), ""),
        "/wrong": (page(list_line(site, "n=0")), ""),
    }
    with host_of(pages) as origin:
        yield origin


def items(page: Page, count: int = 2) -> None:
    expect(page.locator("octavo-list .octavo-item")).to_have_count(count)


def frame_of(page: Page, site: Site) -> Frame:
    frame = next(frame for frame in page.frames if frame.url.startswith(f"{site.url}/embed"))
    expect(frame.locator(".octavo-item").first).to_be_visible()
    return frame


def settled_height(page: Page, frame: Frame) -> int:
    """Wait until a frame is as high as its list; return that height."""
    shown = page.locator("iframe")
    for _ in range(3_000):
        height = int(shown.evaluate("e => e.clientHeight"))
        if height == frame.evaluate("document.documentElement.offsetHeight"):
            return height
        page.evaluate("new Promise(requestAnimationFrame)")
    pytest.fail("The height of the frame does not follow")


@pytest.mark.parametrize("path", ["/plain", "/hostile", "/right", "/dialog", "/strict"])
@pytest.mark.parametrize("width", [320, 1440])
def test_a_list_is_readable_in_any_page(visitor: Visitor, host: str, path: str, width: int) -> None:
    page = visitor.open(f"{host}{path}", viewport={"width": width, "height": 800})
    items(page)
    link = page.locator("octavo-list .octavo-title a").first
    expect(link).to_be_visible()
    section = page.locator("octavo-list .octavo")
    assert section.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert section.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_has_the_fonts_and_colours_of_a_dark_page(visitor: Visitor, host: str) -> None:
    page = visitor.open(f"{host}/dark")
    items(page)
    for place in (".octavo-title a", ".octavo-authors"):
        style = page.locator(f"octavo-list {place}").first.evaluate(
            "e => [getComputedStyle(e).color, getComputedStyle(e).fontFamily]"
        )
        assert style == ["rgb(238, 238, 238)", "serif"]
    assert_accessible(page)


def test_two_lists_are_on_one_page_and_one_has_the_style_of_the_page(
    visitor: Visitor, host: str
) -> None:
    page = visitor.open(f"{host}/two")
    items(page, 3)
    assert page.evaluate(
        "[...document.querySelectorAll('octavo-list')].map(e => !!e.shadowRoot)"
    ) == [
        True,
        False,
    ]
    page.locator("octavo-list").first.evaluate("e => e.setAttribute('query', 'n=4')")
    items(page, 5)


@pytest.mark.parametrize(("path", "complaint"), [
    ("/down", "ERR_CONNECTION_REFUSED|ERR_UNSAFE_PORT"),
    ("/forbidden", "Content Security Policy"),
    ("/wrong", "400"),
])  # fmt: skip
def test_without_an_answer_the_link_stays(
    visitor: Visitor, host: str, path: str, complaint: str
) -> None:
    visitor.expect(complaint)
    page = visitor.open(f"{host}{path}")
    expect(page.get_by_role("link", name="Publications")).to_be_visible()
    assert page.locator(".octavo").count() == 0


@pytest.mark.parametrize("path", ["/plain", "/frame", "/two"])
def test_nothing_but_the_site_is_asked_and_nothing_is_stored(
    visitor: Visitor, host: str, embedding: Site, path: str
) -> None:
    requests: list[Request] = []
    page = visitor.open("about:blank")
    page.on("request", lambda request: requests.append(request))
    page.goto(f"{host}{path}")
    if path == "/frame":
        frame_of(page, embedding)
    else:
        expect(page.locator(".octavo-item").first).to_be_visible()
    assert {request.url.split("/")[2] for request in requests if request.url[:4] == "http"} == {
        host.split("/")[2],
        embedding.url.split("/")[2],
    }
    assert page.context.cookies() == []
    assert not any("cookie" in request.headers for request in requests)


def test_the_height_of_a_frame_follows_what_is_opened(
    visitor: Visitor, host: str, embedding: Site
) -> None:
    page = visitor.open(f"{host}/frame")
    frame = frame_of(page, embedding)
    height = settled_height(page, frame)
    assert height != 120
    frame.get_by_text("Abstract").first.click()
    assert settled_height(page, frame) > height
    frame.get_by_text("Abstract").first.click()
    assert settled_height(page, frame) == height


def test_messages_of_others_change_no_height(visitor: Visitor, host: str, embedding: Site) -> None:
    page = visitor.open(f"{host}/frame")
    frame = frame_of(page, embedding)
    height = settled_height(page, frame)
    page.evaluate("postMessage({ octavoHeight: 5000 }, '*')")
    for odd in ("-1", "1e9", "NaN", "'5000px'", "null", "{}"):
        frame.evaluate(f"parent.postMessage({{ octavoHeight: {odd} }}, '*')")
    page.evaluate("new Promise(done => { addEventListener('message', done); postMessage(0, '*') })")
    assert page.locator("iframe").evaluate("e => e.clientHeight") == height


def test_a_link_in_a_frame_opens_outside_and_back_returns(
    visitor: Visitor, host: str, embedding: Site
) -> None:
    page = visitor.open(f"{host}/plain")
    page.goto(f"{host}/alone")
    frame = frame_of(page, embedding)
    frame.get_by_text("Abstract").first.click()
    frame.locator(".octavo-title a").first.click()
    expect(page).to_have_url(re.compile(f"{embedding.url}/publications/"))
    page.go_back()
    expect(page).to_have_url(f"{host}/alone")
    page.go_back()
    expect(page).to_have_url(f"{host}/plain")


def test_a_sandboxed_frame_has_its_style(visitor: Visitor, host: str, embedding: Site) -> None:
    page = visitor.open(f"{host}/sandbox")
    frame = frame_of(page, embedding)
    size = frame.locator(".octavo-authors").first.evaluate("e => getComputedStyle(e).fontSize")
    assert size == "14.4px"


def test_the_site_itself_is_in_no_frame(visitor: Visitor, host: str, embedding: Site) -> None:
    visitor.expect("frame-ancestors|ERR_BLOCKED_BY_RESPONSE")
    page = visitor.open(f"{host}/site")
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert not any(frame.url.startswith(embedding.url) for frame in page.frames)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_frames_and_the_page_that_makes_them_are_accessible(
    visitor: Visitor, embedding: Site, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = visitor.open(f"{embedding.url}/embed?abstracts=1&group=year&heading=2", **options)
    expect(page.locator(".octavo-item").first).to_be_visible()
    # The page around the frame has the heading of the first level.
    page.locator("main").evaluate("e => e.insertAdjacentHTML('afterbegin', '<h1>Host</h1>')")
    assert_accessible(page)
    page.goto(f"{embedding.url}/embed/how?q=tensor&n=5")
    expect(page.frame_locator(".embed-preview").locator(".octavo-item").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_line_to_paste_follows_the_options(
    visitor: Visitor, embedding: Site, javascript: bool
) -> None:
    page = visitor.open(f"{embedding.url}/export?q=tensor", java_script_enabled=javascript)
    page.get_by_role("link", name="Embed").click()
    page.get_by_label("Style").select_option("ieee")
    page.get_by_role("button", name="Show").click()
    line = page.get_by_label("A frame")
    expect(line).to_have_value(re.compile(r"/embed\?q=tensor&amp;style=ieee"))
    preview = page.frame_locator(".embed-preview").locator(".octavo-citation").first
    expect(preview).to_contain_text("TensorIR")
    if javascript:
        page.get_by_role("button", name="Copy").nth(1).click()
        expect(page.locator(".embed-copied").nth(1)).not_to_be_empty()
    else:
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
