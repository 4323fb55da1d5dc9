"""What no well-meaning program sends: each is answered with a clear error or a clear sentence, never with a failure."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_base.loader import KnowledgeBase
from tests.test_assistant import HOSTILE
from tests.web.conftest import CONVERSATIONS, Caller

PROBLEM = "problem:sms_code_missing"

MALFORMED = {
    "nothing": b"",
    "not JSON": b"text=bonjour",
    "half of it": b'{"text": "bonj',
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "a byte order mark": b'\xef\xbb\xbf{"text": "bonjour"',
    "a list": b'["text"]',
    "a string": b'"bonjour"',
    "null": b"null",
    "neither": b"{}",
    "both nothing": b'{"text": null, "choice": null}',
    "both": b'{"text": "bonjour", "choice": "start"}',
    "an unknown field": b'{"text": "bonjour", "today": "2026-01-01"}',
    "an unknown field with a lone surrogate": b'{"\\ud800": 1}',
    "a text that is a list": b'{"text": ["bonjour"]}',
    "a text that is an object": b'{"text": {"text": "bonjour"}}',
    "a choice that is a list": b'{"choice": [1]}',
    "a huge number": b'{"choice": ' + b"9" * 6000 + b"}",
    "nested ten thousand times": b"[" * 10_000,
    "objects nested ten thousand times": b'{"text":' * 10_000,
    "a huge choice": json.dumps({"choice": "a" * 201}).encode(),
    "a text beyond all measure": json.dumps({"text": "a" * 20_001}).encode(),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_cannot_be_read_is_refused_and_takes_no_turn(caller: Caller, body: bytes) -> None:
    assert caller.post(content=body).status_code in (400, 422)
    assert caller.says("bonjour")["turn"] == 1


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"language": 5000}', b'{"language": "\\ud800"}', b'{"x": 1}', b"\xff"])
def test_a_conversation_is_opened_or_refused_but_never_half_opened(http: httpx.Client, body: bytes) -> None:
    answer = http.post(CONVERSATIONS, content=body, headers={"Content-Type": "application/json"})
    assert set(answer.json()) in ({"id", "token"}, {"error"})


def test_the_error_says_which_field_is_wrong_and_what_to_send(caller: Caller) -> None:
    assert '{"text": …} or {"choice": …}' in caller.post(json={}).json()["error"]
    assert "today" in caller.post(json={"text": "a", "today": "x"}).json()["error"]
    assert "choice" in caller.post(json={"choice": "a" * 300}).json()["error"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_does_not_say_it_is_json_is_refused(caller: Caller, content_type: str) -> None:
    # Without this a form of another site could speak for the person.
    url = f"{CONVERSATIONS}/{caller.id}/messages"
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": content_type}
    assert caller.http.post(url, headers=headers, content=b'{"text": "bonjour"}').status_code == 422


@pytest.mark.parametrize("key", ["k" * 81, "k" * 8000])
def test_a_key_that_is_too_long_is_refused(caller: Caller, key: str) -> None:
    assert caller.post(key, json={"text": "bonjour"}).status_code == 422


def test_a_body_of_three_hundred_kilobytes_is_refused(caller: Caller) -> None:
    body = json.dumps({"text": "a" * 300_000}).encode()
    assert caller.post(content=body).status_code == 413
    assert caller.says("bonjour")["turn"] == 1


def test_a_body_that_does_not_say_its_length_is_held_to_the_same_limit(caller: Caller) -> None:
    chunks = [b'{"text": "', *([b"a" * 50_000] * 6), b'"}']
    assert caller.post(content=iter(chunks)).status_code in (411, 413)
    assert caller.post(content=iter([b'{"text": ', b'"bonjour"}'])).status_code in (200, 411)


@pytest.mark.parametrize("name", ["empty", "emoji", "nul", "lone surrogate", "html", "ansi", "ten thousand characters"])
def test_whatever_is_typed_is_answered(caller: Caller, name: str) -> None:
    caller.taps(PROBLEM)
    answer = caller.post(content=json.dumps({"text": HOSTILE[name]}).encode())
    assert answer.status_code == 200
    assert answer.json()["turn"] == 2
    assert answer.json()["messages"]


@pytest.mark.parametrize("choice", ["problem:nothing", "sms_code_missing/old:yes", "", "\x00", "\ud800", "a" * 200])
def test_an_unknown_choice_is_told_and_the_step_is_said_again(caller: Caller, kb: KnowledgeBase, choice: str) -> None:
    opened = caller.taps(PROBLEM)
    turn = caller.post(content=json.dumps({"choice": choice}).encode()).json()
    assert turn["messages"][0]["text"] == kb.words["unknown_choice"].text
    assert turn["messages"][-1] == opened["messages"][-1]


_text = st.text(st.characters(exclude_categories=()), max_size=12)
_json: Any = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "choice", "x"]), inner),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_json)
def test_any_json_is_answered_or_refused(caller: Caller, body: Any) -> None:
    assert caller.post(content=json.dumps(body).encode()).status_code in (200, 400, 422)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
def test_any_bytes_are_answered_or_refused(caller: Caller, body: bytes) -> None:
    assert caller.post(content=body).status_code in (200, 400, 422)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/no/such/page"),
        ("GET", "/no-such-page"),
        ("GET", "/../../etc/passwd"),
        ("GET", "/..%2f..%2fbot%2fapp.py"),
        ("GET", "/chat.html"),
        ("GET", "/%00"),
        ("GET", "/docs/assets/%2e%2e/%2e%2e/bot/app.py"),
        ("GET", "/docs/assets/nothing.js"),
        ("GET", "/docs/assets/%00"),
        ("DELETE", CONVERSATIONS),
        ("GET", f"{CONVERSATIONS}/x/messages"),
        ("POST", "/"),
        ("POST", "/health"),
        ("TRACE", "/"),
    ],
)
def test_there_is_nothing_behind_other_addresses_and_methods(http: httpx.Client, method: str, path: str) -> None:
    assert http.request(method, path).status_code in (404, 405)
