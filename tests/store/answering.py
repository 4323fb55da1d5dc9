"""A program to be killed: it answers message after message of one conversation, until it is ended from outside.

It loads the model once. Each line on its standard input (URL of a database, id of a conversation, numbers of a first
and a last message) makes a child that answers these. It prints the child's process id, then a line for each message
answered, then ``ended`` when the child is no more.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys

from bot.agent import load_agent
from bot.assistant import Assistant, Incoming, public
from bot.store.database import Database
from bot.store.tracker_store import SessionTrackerStore
from bot.training import ensure_model

#: What the person does, again and again: opens a problem, goes back to the start, asks for help …
TAPS = ("problem:sms_code_missing", "command:help", "command:repeat", "command:explain", "command:restart")


def incoming(number: int) -> Incoming:
    return Incoming(choice=TAPS[number % len(TAPS)], message_id=f"m{number}")


async def answer_from(first: int, last: int, conversation: str, assistant: Assistant) -> None:
    for each in range(first, last + 1):
        answered = public(await assistant.answer(conversation, "test", incoming(each)))
        digest = hashlib.sha256(json.dumps(answered, sort_keys=True).encode()).hexdigest()
        # One write, shorter than a pipe's page: it is read whole or not at all.
        os.write(1, f"{each} {answered['turn']} {digest}\n".encode())
    await assistant.database.dispose()


def main() -> None:
    store = SessionTrackerStore()
    agent = load_agent(ensure_model(), store)
    for line in sys.stdin:
        url, conversation, first, last = line.split()
        child = os.fork()
        if not child:
            assistant = Assistant(agent, store, Database(url))
            asyncio.run(answer_from(int(first), int(last), conversation, assistant))
            os._exit(0)
        os.write(1, f"child {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"ended\n")


if __name__ == "__main__":
    main()
