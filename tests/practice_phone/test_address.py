"""Where the texts of an installation without an account go: to its own practice phone."""

import pytest

from core.environment import Environment


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("0.0.0.0", "http://127.0.0.1:8123"),
        ("192.0.2.7", "http://192.0.2.7:8123"),
        ("::1", "http://[::1]:8123"),
    ],
)
def test_the_practice_phone_is_called_where_the_server_listens(tmp_path, host, base):
    values = {"DEBUG": "1", "HOST": host, "PORT": "8123", "DATA_DIR": str(tmp_path)}
    assert Environment(values).twilio.api_base_url == f"{base}/practice-phone/api"
