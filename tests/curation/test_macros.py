"""Macros (`@string`) of one file in the files after it."""

from tests.importing import do, plan_of, records
from webapp.catalog.catalog import Catalog


def test_a_file_may_use_the_macros_of_files_before_it(paper_catalog: Catalog) -> None:
    macros = '@string{jx = "Journal of X-Rays"} @string{long = jx # ", Series B"}'
    entry = "@article{r1, title={T}, author={A B}, journal=%s, year=2000}"
    plan = do(paper_catalog, macros, entry % "jx", entry.replace("r1", "r2") % "long", prune=True)
    containers = {key: record.container for key, record in records(paper_catalog).items()}
    assert containers == {"r1": "Journal of X-Rays", "r2": "Journal of X-Rays, Series B"}
    assert not plan.problems


def test_macros_end_with_the_command(paper_catalog: Catalog) -> None:
    entry = "@article{r1, title={T}, author={A B}, journal=jx, year=2000}"
    first = plan_of(paper_catalog, entry, '@string{jx = "Journal of X-Rays"}')
    assert [problem.reason for _, problem in first.problems] == ["undefined-string"]
