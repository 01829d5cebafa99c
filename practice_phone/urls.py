"""The practice phone's pages and, under api/, what stands for https://api.twilio.com."""

from django.urls import include, path, register_converter

from practice_phone import api, views
from practice_phone.policies import E164


class PhoneNumberConverter:
    """A phone number in E.164."""

    regex = E164.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PhoneNumberConverter, "phone")

app_name = "practice_phone"
account_urls = [
    path("Messages.json", api.Messages.as_view(), name="messages"),
    path("Messages/<str:sid>.json", api.Message.as_view(), name="message"),
]
urlpatterns = [
    path("", views.show_phones, name="phones"),
    path("<phone:phone>/", views.show_conversation, name="conversation"),
    path("api/2010-04-01/Accounts/<str:account>/", include(account_urls)),
]
