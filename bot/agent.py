"""Rasa's ``Agent`` in our own process, with the actions in it too: no HTTP hop, no second server."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import fastjsonschema
import structlog
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

import actions
from bot.quiet import hush

hush()  # again: Rasa and TensorFlow set their own filters when they are imported


def _drop(_: Any, __: str, event: Any) -> Any:
    raise structlog.DropEvent


# Rasa's own log holds the words of people, at every level; ours is the standard library's.
structlog.configure(processors=[_drop])

_log = logging.getLogger("declic")
_refuse_malformed = fastjsonschema.compile(RemoteAction.action_response_format_spec())


def _validate_once_compiled(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's response against the schema compiled above.

    Rasa 3.6 rebuilds and re-checks this constant schema at each custom action, which takes most of a turn's time.

    Raises:
        RasaException: the response has not the form that Rasa asks for.
    """
    try:
        _refuse_malformed(result)
    except fastjsonschema.JsonSchemaValueException as error:
        raise RasaException(f"The action '{self.name()}' gave no response of Rasa's form: {error.message}") from None
    return True


class InProcessActions(EndpointConfig):
    """An action endpoint that calls rasa-sdk's executor instead of sending a request."""

    def __init__(self) -> None:
        super().__init__()
        self.executor = ActionExecutor()
        self.executor.register_package(actions)

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action named in ``json`` and return its events and responses."""
        try:
            return await self.executor.run(json)
        except Exception:
            # Rasa swallows it after this, and says so only in a log that is closed.
            _log.exception("an action failed")
            raise


def load_agent(model: Path, store: TrackerStore | None = None) -> Agent:
    """Load ``model`` with the actions in this process, or at ``DECLIC_ACTION_ENDPOINT`` if it is set."""
    RemoteAction._validate_action_result = _validate_once_compiled
    logging.getLogger("rasa_sdk.executor").setLevel(logging.ERROR)
    elsewhere = os.environ.get("DECLIC_ACTION_ENDPOINT")
    endpoint = EndpointConfig(url=elsewhere) if elsewhere else InProcessActions()
    agent = Agent.load(str(model), tracker_store=store, lock_store=InMemoryLockStore(), action_endpoint=endpoint)
    if store is not None:
        store.domain = agent.domain or Domain.empty()
    return agent
