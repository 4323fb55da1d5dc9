"""The web channel: the HTTP API and the chat page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Extra, Field, root_validator

from bot.assistant import Assistant, Incoming, gives_calendar, public
from bot.store.database import ConversationGone, WrongToken
from knowledge_base import calendar_file

CHANNEL = "web"
PAGES = Path(__file__).parent / "pages"
#: Room for LONGEST_MESSAGE and more: what is longer gets a clear answer, not a parser's error.
_LONGEST_TEXT = 20_000
_ASSETS = frozenset({"chat-words.js", "chat.css", "chat.js", "docs.js", "icon.svg"})
_BEARER = HTTPBearer(auto_error=False, description="The token of the conversation, as it was given when it opened.")

router = APIRouter()


class _Body(BaseModel):
    class Config:
        extra = Extra.forbid


class NewConversation(_Body):
    """How a conversation begins."""

    language: str | None = Field(None, max_length=8, description="The language to begin in, as ISO 639-1.")
    guessed: bool = Field(False, description="Nobody chose it: the language of the first message takes its place.")


class Opened(BaseModel):
    """A conversation, and the token that opens it: shown once, never stored."""

    id: str
    token: str


class Said(_Body):
    """What the person wrote, or the id of the choice they tapped: one of the two."""

    text: str | None = Field(None, max_length=_LONGEST_TEXT, description="What the person wrote.")
    choice: str | None = Field(None, max_length=200, description="The id of a choice; `start` asks for the welcome.")

    @root_validator(skip_on_failure=True)
    def _is_one_of_the_two(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values.get("text") is None) == (values.get("choice") is None):
            raise ValueError('send {"text": …} or {"choice": …}, one of the two')
        return values


class Choice(BaseModel):
    """An answer under a message."""

    id: str
    label: str
    detail: str | None = None


class Term(BaseModel):
    """A word of the glossary that a message uses."""

    id: str = Field(description="Send it as `choice` to have the word explained.")
    label: str


class Message(BaseModel):
    """One message of the assistant."""

    text: str
    choices: list[Choice] = []
    facts: list[str] = Field([], description="Ids of the facts of the knowledge base that it rests on.")
    terms: list[Term] = Field([], description="With `?terms=true`: words it uses that the glossary explains.")


class Deadline(BaseModel):
    """A date of the legal clock."""

    kind: str
    date: str
    facts: list[str]
    sure: bool


class Answered(BaseModel):
    """One turn, as `declic chat --json` gives it."""

    turn: int
    language: str
    intent: str | None
    confidence: float | None
    step: str | None = Field(description="`tree/step` of the step that is open.")
    messages: list[Message]
    escalation: str | None = Field(description="The rung of the ladder that this turn came to.")
    deadlines: list[Deadline]


class Problem(BaseModel):
    """What went wrong, and what to do."""

    error: str


_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 404, 411, 413, 422, 500)
}
#: RFC 8288, relative to the address of the messages: any program that reads it finds the file.
_CALENDAR_LINK = '<deadlines.ics>; rel="enclosure"; type="text/calendar"'
_ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": f"`{_CALENDAR_LINK}` when the person asked for their dates as a calendar file.",
                "schema": {"type": "string"},
            }
        }
    }
}
_CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The dates to come, as a calendar file (RFC 5545).",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    }
}
_GONE = "This conversation does not exist or was erased. Open a new one."
_WRONG = "This token does not open this conversation."
_Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


@router.post(
    "/api/v1/conversations",
    response_model=Opened,
    status_code=201,
    responses={status: told for status, told in _REFUSALS.items() if status not in (401, 404)},
)
async def open_conversation(request: Request, body: NewConversation | None = None) -> dict[str, str]:
    """Open a conversation. Keep the token: it cannot be had again."""
    assistant = _assistant(request)
    session = assistant.begin_in(body.language, body.guessed) if body and body.language else None
    conversation_id, token = await assistant.database.create(CHANNEL, session)
    return {"id": conversation_id, "token": token}


@router.post(
    "/api/v1/conversations/{conversation_id}/messages",
    response_model=Answered,
    response_model_exclude_unset=True,
    responses=_ANSWERED | _REFUSALS,
)
async def send_message(
    request: Request,
    conversation_id: str,
    said: Said,
    token: _Token,
    terms: Annotated[
        bool, Query(description="Give each message the words it uses that the glossary explains, as `terms`.")
    ] = False,
    idempotency_key: Annotated[
        str | None, Header(max_length=80, description="The same key again gives the same answer again.")
    ] = None,
) -> Response:
    """Say something, or tap a choice; the answer is the turn of the assistant."""
    assistant = _assistant(request)
    key = f"{conversation_id}:{idempotency_key}" if idempotency_key else None
    incoming = Incoming(text=said.text, choice=said.choice, message_id=key)
    try:
        turn = await assistant.answer(conversation_id, CHANNEL, incoming, _given(token))
    except ConversationGone:
        raise HTTPException(404, _GONE) from None
    except WrongToken:
        raise HTTPException(401, _WRONG) from None
    headers = {"Link": _CALENDAR_LINK} if gives_calendar(turn) else None
    # Given as it is: the tests hold it to the model, and checking it at each turn takes longer than deciding.
    return JSONResponse(public(turn, with_terms=terms), headers=headers)


@router.get(
    "/api/v1/conversations/{conversation_id}/deadlines.ics",
    response_class=Response,
    responses=_CALENDAR | _REFUSALS,
)
async def deadlines_file(request: Request, conversation_id: str, token: _Token) -> Response:
    """Give every date to come of the conversation as a calendar file, in its language, with reminders."""
    assistant = _assistant(request)
    await _authorise(assistant, conversation_id, token)
    file = await assistant.calendar(conversation_id)
    if file is None:
        sentence = "No date to come is known yet. Say when the permit ends or the request was sent, then ask again."
        raise HTTPException(404, sentence)
    headers = {"Content-Disposition": f'attachment; filename="{calendar_file.NAME}"', "Cache-Control": "no-store"}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


def _given(token: HTTPAuthorizationCredentials | None) -> str:
    if token is None or not token.credentials:
        raise HTTPException(401, "Send the token of the conversation as `Authorization: Bearer <token>`.")
    return token.credentials


async def _authorise(assistant: Assistant, conversation_id: str, token: HTTPAuthorizationCredentials | None) -> None:
    opens = await assistant.database.opens(conversation_id, _given(token))
    if opens is None:
        raise HTTPException(404, _GONE)
    if not opens:
        raise HTTPException(401, _WRONG)


@router.get("/", include_in_schema=False)
async def chat_page() -> FileResponse:
    """Return the chat page."""
    return _page("chat.html")


@router.get("/docs", include_in_schema=False)
async def api_page() -> FileResponse:
    """Return the page of the API."""
    return _page("docs.html")


@router.get("/{name}", include_in_schema=False)
async def page_asset(name: str) -> FileResponse:
    """Return a style, script or picture of the pages."""
    if name not in _ASSETS:
        raise HTTPException(404, "There is no such page.")
    return _page(name)


def _page(name: str) -> FileResponse:
    return FileResponse(PAGES / name, headers={"Cache-Control": "no-cache"})
