"""The folder of a static site: written beside its place, then put there whole.

DESIGN: the folder has a list of the files that were written. A folder that has any other file may
be anyone's work, so it is refused and never changed.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from ..errors import ForeignFolderError

LIST: Final = ".octavo-site"  # the names of all files, one on a line


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Yield a new folder, which takes the place of `folder` when the block ends without an error.

    Raises ForeignFolderError if there is a folder with anything that was not written here, and
    OSError with a file name.
    """
    folder = folder.resolve()
    _check(folder)
    draft = folder.with_name(f".octavo-{uuid4().hex}")
    former = folder.with_name(f".octavo-{uuid4().hex}")
    draft.mkdir(parents=True)
    try:
        yield draft
        names = sorted(_files(draft))
        (draft / LIST).write_text("\n".join(names) + "\n", "utf-8")
        _check(folder)
        if folder.exists():
            folder.rename(former)
        draft.rename(folder)
    except BaseException:
        if former.exists() and not folder.exists():
            former.rename(folder)
        raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)


def _check(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ForeignFolderError(f"{folder}: this is a file. Choose another name.")
    present = set(_files(folder))
    if not present and not any(folder.iterdir()):
        return
    try:
        known = {*(folder / LIST).read_text("utf-8").splitlines(), LIST}
    except FileNotFoundError:
        known = set()
    foreign = sorted(present - known)
    if foreign or not known:
        example = f"a file “{foreign[0]}”" if foreign else "a folder"
        raise ForeignFolderError(
            f"{folder}: this folder has {example}, which was not written by octavo export --site. "
            "Choose a new or an empty folder."
        )


def _files(folder: Path) -> Iterator[str]:
    """Yield the names of everything below a folder but other folders."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()
