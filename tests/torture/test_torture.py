"""The short form of `make torture`: each part a few times, with a few hundred records."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import require_program
from tests.postgresql import PROGRAMS
from tests.torture import (
    attacks,
    backup,
    clock,
    crash,
    faults,
    files,
    foreign,
    index,
    load,
    machines,
    networks,
    private,
    refresh,
    visitors,
)
from tests.torture.site import PreparedSite, prepare_site


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedSite:
    return prepare_site(tmp_path_factory.mktemp("torture"), size=300, changed=100)


def test_a_killed_import_leaves_the_old_state_or_the_new(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    crash.run(prepared, tmp_path, times=1)


def test_a_killed_refresh_leaves_whole_sources(prepared: PreparedSite, tmp_path: Path) -> None:
    refresh.run(prepared, tmp_path, times=1)


def test_searches_work_while_a_damaged_index_is_rebuilt(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    index.run(prepared, tmp_path, times=1)


def test_an_unwritable_site_answers_and_logs_it_once(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    if not index.can_mount():
        pytest.skip("mounting a read-only or a full disk needs root")
    index.unwritable(prepared, tmp_path, times=2)


def test_visitors_type_during_import_reindex_and_reload(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    instance = Path(shutil.copytree(prepared.instance, tmp_path / "instance"))
    load.run(replace(prepared, instance=instance), tmp_path, seconds=8, people=6)


def test_a_backup_under_load_has_one_state_and_can_be_restored(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    backup.run(prepared, tmp_path, people=4)


def test_machines_and_databases_fail_one_after_another(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    for program, package in (("nginx", "nginx"), ("openssl", "openssl"), ("ip", "iproute2")):
        require_program(program, package=package)
    require_program("initdb", package="postgresql", path=PROGRAMS)
    if not networks.can_make():
        pytest.skip("a network of namespaces needs root")
    machines.run(prepared, tmp_path, seconds=0, people=6, strict=False)


def test_a_failing_write_leaves_the_old_state_or_the_new(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    require_program("gcc", package="gcc")
    require_program("setpriv", package="util-linux")
    faults.run(prepared, tmp_path, runs=2)


def test_slow_clients_do_not_slow_other_visitors(prepared: PreparedSite, tmp_path: Path) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    visitors.slow_clients(prepared, tmp_path, idle=100, slow=20, visits=5)


def test_slow_readers_of_large_files_do_not_slow_other_visitors(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    attacks.slow_readers(prepared, tmp_path, readers=40, visits=60)


def test_half_requests_do_not_slow_other_visitors(prepared: PreparedSite, tmp_path: Path) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    attacks.half_requests(prepared, tmp_path, connections=1_700, visits=60)


@pytest.mark.parametrize("kind", attacks.COSTLY)
def test_costly_requests_do_not_slow_other_visitors(
    prepared: PreparedSite, tmp_path: Path, kind: str
) -> None:
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")
    attacks.costly(prepared, tmp_path, kind, addresses=3, visits=150)


def test_hostile_files_are_read_or_refused_in_time(prepared: PreparedSite, tmp_path: Path) -> None:
    kinds = ("blanks after arxiv", "parents", "merge keys")
    files.run(prepared, tmp_path, length=2_000, kinds=kinds)


def test_a_foreign_backup_is_refused_or_harmless(prepared: PreparedSite, tmp_path: Path) -> None:
    foreign.run(prepared, tmp_path, times=1)


def test_private_notes_reach_no_visitor(tmp_path: Path) -> None:
    small = prepare_site(tmp_path / "prepared", size=10, changed=1)
    private.run(small, tmp_path, times=1, exports=("bibtex",))


def test_any_query_is_answered(prepared: PreparedSite, tmp_path: Path) -> None:
    visitors.queries(prepared, tmp_path, times=1_000)


def test_any_request_is_answered(prepared: PreparedSite, tmp_path: Path) -> None:
    visitors.requests(prepared, tmp_path, times=300)


def test_time_zone_and_locale_do_not_change_an_export(
    prepared: PreparedSite, tmp_path: Path
) -> None:
    visitors.surroundings(prepared, tmp_path, times=2)


def test_a_clock_that_jumps_changes_no_answer(prepared: PreparedSite, tmp_path: Path) -> None:
    clock.run(prepared, tmp_path)
