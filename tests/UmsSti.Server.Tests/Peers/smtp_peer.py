"""A real SMTP server whose answers a test decides.

Usage: smtp_peer.py PORT [--tls starttls|implicit --certificate PEM] [--user NAME --password WORD]. With a user it takes mail from him only.
Lines on standard output: "ready", "took MESSAGE-ID RECIPIENT FILE" for each message, before it is answered; "login NAME ok|refused SECONDS"
for each try to log in, by a clock of its own; "mail tls|plain NAME|-" for each message that is begun.
Lines on standard input: "hold" keeps every message without an answer until "release".
A recipient that begins with "bad" is refused for good, with "busy" for now; with "slow" it is never answered.
"""

import argparse
import asyncio
import email
import logging
import ssl
import sys
import tempfile
import time
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("port", type=int)
arguments.add_argument("--tls", choices=["starttls", "implicit"])
arguments.add_argument("--certificate")
arguments.add_argument("--user")
arguments.add_argument("--password")
asked = arguments.parse_args()
logging.disable(logging.CRITICAL)  # it warns of what the tests are about
warnings.simplefilter("ignore")
folder = Path(tempfile.mkdtemp(prefix="smtp-peer-"))
state = {"hold": None}


def say(line):
    print(line, flush=True)


def is_encrypted(server):
    return server.transport.get_extra_info("sslcontext") is not None


def authenticate(server, session, envelope, mechanism, data):
    name, password = data.login.decode(), data.password.decode()
    right = (name, password) == (asked.user, asked.password)
    say(f"login {name} {'ok' if right else 'refused'} {time.monotonic()}")
    session.name = name if right else None
    return AuthResult(success=right, handled=False)


class Handler:
    taken = 0

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        say(f"mail {'tls' if is_encrypted(server) else 'plain'} {getattr(session, 'name', None) or '-'}")
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("bad"):
            return f"550 5.1.1 <{address}>: nobody here has that name"
        if address.startswith("busy"):
            return f"451 4.7.1 <{address}>: come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.taken += 1
        path = folder / f"{Handler.taken}.eml"
        path.write_bytes(envelope.content)
        message = email.message_from_bytes(envelope.content)
        for recipient in envelope.rcpt_tos:
            say(f"took {message['Message-Id']} {recipient} {path}")
        if any(recipient.startswith("slow") for recipient in envelope.rcpt_tos):
            await asyncio.Event().wait()
        if state["hold"] is not None:
            await state["hold"].wait()
        return "250 OK: taken"


async def obey():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if line.strip() == b"hold":
            state["hold"] = asyncio.Event()
            say("holding")
        elif line.strip() == b"release" and state["hold"] is not None:
            state["hold"].set()
            state["hold"] = None
            say("released")


def context():
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(asked.certificate)
    return made


async def main():
    loop = asyncio.get_running_loop()

    def protocol():
        return SMTP(
            Handler(),
            enable_SMTPUTF8=True,
            loop=loop,
            tls_context=context() if asked.tls == "starttls" else None,
            require_starttls=asked.tls == "starttls",
            authenticator=authenticate if asked.user else None,
            auth_required=asked.user is not None,
            # it knows no other state of TLS, and offers no login where TLS is wanted and not begun
            auth_require_tls=asked.tls == "starttls" or asked.user is None,
        )

    server = await loop.create_server(protocol, "127.0.0.1", asked.port, ssl=context() if asked.tls == "implicit" else None)
    say("ready")
    await obey()  # ends with the test that started it
    server.close()


asyncio.run(main())
