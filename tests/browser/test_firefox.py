"""The main states in Firefox: no message in the console, nothing too wide, focus, both schemes."""

from collections.abc import Iterator

import pytest

from webapp import theme

from .conftest import Site
from .firefox import Firefox, running_firefox


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with running_firefox(tmp_path_factory.mktemp("firefox")) as firefox:
        yield firefox


def check(firefox: Firefox, site: Site, paper: str) -> None:
    """Check what every state has in common."""
    root = "document.documentElement"
    assert firefox.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    colour = firefox.evaluate(f"getComputedStyle({root}).backgroundColor")
    assert colour == "rgb({}, {}, {})".format(*bytes.fromhex(paper.removeprefix("#")))
    assert firefox.messages(site.url) == []


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize(
    ("scheme", "paper"), [("light", theme.LIGHT_PAPER), ("dark", theme.DARK_PAPER)]
)
def test_the_main_states_work(
    firefox: Firefox, site: Site, width: int, scheme: str, paper: str
) -> None:
    firefox.show(width, 768, scheme)
    firefox.open(site.url)
    firefox.wait_for(f"innerWidth === {width}")
    check(firefox, site, paper)

    firefox.type("#q", "tensor")
    firefox.wait_for("location.search === '?q=tensor'")
    firefox.wait_for("document.querySelector('#count').textContent === '2 results'")
    assert firefox.evaluate("document.activeElement.id") == "q"
    assert firefox.evaluate("document.querySelector('.title mark').textContent") == "Tensor"
    check(firefox, site, paper)

    firefox.click("#facets summary")
    firefox.click("#facet-year a")
    firefox.wait_for("document.querySelector('#facets[open] #facet-year [aria-current]')")
    check(firefox, site, paper)

    firefox.click(".abstract summary")
    firefox.wait_for("document.querySelector('.abstract-text p')?.checkVisibility()")
    firefox.wait_for("location.search.includes('open=')")
    firefox.click(".cite summary")
    firefox.wait_for("document.querySelector('.citation-text')?.checkVisibility()")
    check(firefox, site, paper)

    firefox.open(f"{site.url}/publications/feng2023tensorir")
    firefox.wait_for("document.querySelector('.cite-section .citation-text').checkVisibility()")
    check(firefox, site, paper)
