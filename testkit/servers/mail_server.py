"""A real SMTP server on loopback that keeps what it is given."""

import re
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from testkit.processes.installation import find_free_port
from testkit.waiting import wait_until

LINK = re.compile(r"https?://\S+")


class MailServer:
    """Takes every mail, unless `refusal` holds an answer such as "550 no such mailbox"."""

    def __init__(self, port=None):
        self.mails = []
        self.refusal = None
        self.port = port or find_free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refusal:
            return f"{self.refusal} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def next_mail(self):
        """The oldest mail that was not asked for yet; waits for it."""
        wait_until(lambda: self.mails, message="no mail came")
        return self.mails.pop(0)

    def start(self):
        self.controller.start()
        return self

    def stop(self):
        if self.controller.loop.is_running():
            self.controller.stop()


def find_link(mail):
    """The one link of a mail."""
    [link] = LINK.findall(mail.get_content())
    return link
