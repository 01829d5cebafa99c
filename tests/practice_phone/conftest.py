"""A practice phone served over HTTP, and Twilio's unchanged client talking to it."""

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

PHONE, SENDER = "+12125550199", "+12125550110"


class Redirected(TwilioHttpClient):
    """Twilio's own transport, sent to another address."""

    def __init__(self, base_url):
        super().__init__(pool_connections=False, timeout=5)
        self.base_url = base_url

    def request(self, method, url, *args, **kwargs):
        here = url.replace("https://api.twilio.com", self.base_url)
        return super().request(method, here, *args, **kwargs)


@pytest.fixture
def api(live_server, settings):
    """The base URL that stands for https://api.twilio.com."""
    settings.PUBLIC_URL = "https://salon.example"
    settings.TWILIO_API_BASE_URL = f"{live_server.url}/practice-phone/api"
    return settings.TWILIO_API_BASE_URL


@pytest.fixture
def twilio(api, settings):
    return Client(
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=Redirected(api)
    )


@pytest.fixture
def text(twilio):
    """`text(body="…")`: a text of the salon's, as Twilio's client answers it."""

    def create(to=PHONE, from_=SENDER, body="See you soon!", **more):
        return twilio.messages.create(to=to, from_=from_, body=body, **more)

    return create


@pytest.fixture
def provider_as_salon(provider, settings, transactional_db):
    """A server in the place of the salon's system, which shows what reaches it."""
    settings.PUBLIC_URL = "https://salon.example"
    return provider
