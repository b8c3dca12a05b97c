"""A real SMTP server whose answers a test decides.

Usage: smtp_peer.py PORT. Lines on standard output: "ready", "took MESSAGE-ID RECIPIENT FILE" for each message, before it is answered.
Lines on standard input: "hold" keeps every message without an answer until "release".
A recipient that begins with "bad" is refused for good, with "busy" for now; with "slow" it is never answered.
"""

import asyncio
import email
import sys
import tempfile
from pathlib import Path

from aiosmtpd.smtp import SMTP

folder = Path(tempfile.mkdtemp(prefix="smtp-peer-"))
state = {"hold": None}


def say(line):
    print(line, flush=True)


class Handler:
    taken = 0

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


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=True, loop=loop), "127.0.0.1", int(sys.argv[1]))
    say("ready")
    await obey()  # ends with the test that started it
    server.close()


asyncio.run(main())
