"""nginx in front of pages for editors: no cache, no forged user, limits."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.site import BEHIND_NGINX, Front, deployed
from tests.conftest import running
from tests.fronts import Answer, connect, get, require_nginx
from webapp.accounts.links import make_link
from webapp.site import site

EDITORS = {"OCTAVO_EDITORS": "ada,grace", "OCTAVO_HOSTS": "localhost"}
# As deploy/nginx-edit.conf describes it: here the user is the one of the basic authentication.
PASSWORDS = "ada:{PLAIN}secret\nmallory:{PLAIN}secret\n"
ADA = "Basic YWRhOnNlY3JldA=="
MALLORY = "Basic bWFsbG9yeTpzZWNyZXQ="
PUBLICATION = "/publications/feng2023tensorir"


def instance_in(folder: Path, seed: Path) -> Path:
    return Path(shutil.copytree(seed, folder / "instance"))


@pytest.fixture(scope="module", params=["", "/pubs"], ids=["root", "subpath"])
def front(
    request: pytest.FixtureRequest, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """nginx with the shipped files, in front of a site where links sign in."""
    require_nginx()
    folder = tmp_path_factory.mktemp("front")
    instance = instance_in(folder, seed)
    with deployed(instance, request.param, {**BEHIND_NGINX, **EDITORS}) as front:
        yield front


@pytest.fixture(scope="module", params=["", "/pubs"], ids=["root", "subpath"])
def signing_front(
    request: pytest.FixtureRequest, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """nginx that signs editors in."""
    require_nginx()
    folder = tmp_path_factory.mktemp("front")
    (folder / "passwords").write_text(PASSWORDS)
    limit = "limit_conn octavo_editors 10;"
    signing = f"""{limit} auth_basic "Octavo"; auth_basic_user_file {folder}/passwords;
        set $octavo_user $remote_user;"""
    changes = {limit: signing}
    settings = {**BEHIND_NGINX, **EDITORS, "OCTAVO_SIGN_IN": "proxy"}
    with deployed(instance_in(folder, seed), request.param, settings, changes) as front:
        yield front


def post(front: Front, path: str, source: str, cookie: str = "", **fields: str) -> Answer:
    """Send a form as a page of the site does."""
    headers = {
        "Host": f"localhost:{front.port}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
    }
    with closing(connect(front, source)) as connection:
        connection.request("POST", front.prefix + path, urlencode(fields), headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def sign_in(front: Front) -> str:
    """Sign in by a link; return the cookie."""
    with running(front.log.parent / "instance") as app, app.app_context():
        secret = make_link(site(app).catalog.database, "ada")
    answer = post(front, "/edit/sign-in", "127.0.9.1", link=secret)
    assert (answer.status, answer.headers["Location"]) == (303, f"{front.prefix}/edit/")
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def test_an_editor_signs_in_through_nginx_and_nothing_is_stored(front: Front) -> None:
    cookie = sign_in(front)
    for _ in range(2):
        page = get(front, "/edit/", Cookie=cookie)
        assert page.status == 200
        assert page.headers["Cache-Control"] == "private, no-store"
        assert get(front, "/edit/").status == 303
    assert all(
        line.endswith(" -") for line in front.log.read_text().splitlines() if "/edit/" in line
    )


def test_visitors_pages_come_from_the_cache_for_editors_too(front: Front) -> None:
    cookie = sign_in(front)
    first = get(front, PUBLICATION)
    second = get(front, PUBLICATION, Cookie=cookie)
    assert second.body == first.body
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "Set-Cookie" not in second.headers


@pytest.mark.parametrize("name", ["X_Forwarded_User", "x_forwarded_user"])
@pytest.mark.parametrize("path", ["/edit/", "/edit/sessions", "/edit/sign-in", PUBLICATION])
def test_a_forged_user_is_ignored(front: Front, signing_front: Front, name: str, path: str) -> None:
    forged = get(front, path, **{name: "ada"})
    assert forged.status == (200 if path in ("/edit/sign-in", PUBLICATION) else 303)
    assert b"<strong>ada</strong>" not in forged.body
    unsigned = get(signing_front, path, **{name: "ada"})
    assert unsigned.status == (200 if path == PUBLICATION else 401)
    other = get(signing_front, path, Authorization=MALLORY, **{name: "ada"})
    assert other.status == (200 if path in ("/edit/sign-in", PUBLICATION) else 303)
    assert b"<strong>ada</strong>" not in other.body


def test_the_user_whom_nginx_signed_in_edits(signing_front: Front) -> None:
    page = get(signing_front, "/edit/sessions", Authorization=ADA)
    assert page.status == 200
    assert b"<strong>ada</strong>" in page.body


def test_sending_the_sign_in_form_is_limited_and_opening_it_is_not(front: Front) -> None:
    statuses = [post(front, "/edit/sign-in", "127.0.9.2", link="x").status for _ in range(15)]
    assert statuses[:10] == [403] * 10
    assert statuses[-1] == 429
    for _ in range(20):
        assert get(front, "/edit/sign-in", source="127.0.9.2").status == 200


def test_a_file_that_nginx_refuses_gets_a_page_of_the_site(front: Front) -> None:
    """The body is not sent: nginx answers once it has the headers."""
    with closing(connect(front)) as connection:
        connection.putrequest("POST", f"{front.prefix}/edit/sorting/files")
        connection.putheader("Content-Type", "multipart/form-data; boundary=a")
        connection.putheader("Content-Length", str(60 << 20))
        connection.endheaders()
        answer = connection.getresponse()
        page = answer.read().decode()
    assert answer.status == 413
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "A file may have up to 50 MB. Nothing was stored." in page
    assert f'href="{front.prefix}/static/' in page
    assert get(front, "/edit/too-large").status == 404


def test_no_log_has_a_link(front: Front) -> None:
    secret = "S" * 43
    get(
        front,
        f"/edit/sign-in?link={secret}",
        Referer=f"https://localhost/edit/sign-in?link={secret}",
    )
    post(front, "/edit/sign-in", "127.0.9.3", link=secret)
    assert re.search(r'"GET \S*/edit/sign-in ', front.log.read_text())
    for log in front.log.parent.rglob("*.log"):
        assert secret not in log.read_text(), log
