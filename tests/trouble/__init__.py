import pytest

pytest.register_assert_rewrite("tests.trouble.desk")
