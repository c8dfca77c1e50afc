"""A catalog with one paper."""

import pytest
from flask import Flask

from tests.curation.graph_paper import PUBLISHED
from tests.importing import plan_of
from webapp.catalog.catalog import Catalog
from webapp.curation import importing
from webapp.site import site


@pytest.fixture
def paper_catalog(app: Flask) -> Catalog:
    """Return a catalog with only PUBLISHED."""
    catalog = site(app).catalog
    importing.carry_out(catalog, plan_of(catalog, PUBLISHED), "test", prune=True)
    return catalog
