"""Each line of the log comes once, in one form."""

import logging

import pytest


@pytest.mark.parametrize("name", ["django", "django.request", "django.server", "dramatiq"])
def test_only_the_root_writes(name):
    logger = logging.getLogger(name)
    while logger.parent is not None:
        assert [type(each) for each in logger.handlers] == [], logger.name
        assert logger.propagate
        logger = logger.parent
    assert logger.handlers
