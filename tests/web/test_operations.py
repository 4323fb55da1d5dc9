"""What an operator looks at: health, readiness, counters, the description of the API, and the day that things break."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import create_app
from bot.channels.web import PAGES
from tests.store.databases import drop, own_postgres, rows, sqlite_in
from tests.web.conftest import CONVERSATIONS, SECURITY_HEADERS, Caller, Server

MESSAGES = f"{CONVERSATIONS}/{{conversation_id}}/messages"
CALENDAR = f"{CONVERSATIONS}/{{conversation_id}}/deadlines.ics"


def test_health_and_readiness_are_told(http: httpx.Client) -> None:
    assert http.get("/health").json() == {"status": "ok"}
    assert http.get("/ready").json() == {"status": "ready"}


def test_requests_are_counted_by_route_without_a_word_of_anybody(http: httpx.Client, caller: Caller) -> None:
    def counted(status: int) -> float:
        line = rf'declic_requests_total{{method="POST",route="{re.escape(MESSAGES)}",status="{status}"}} (\S+)'
        found = re.search(line, http.get("/metrics").text)
        return float(found[1]) if found else 0.0

    before = counted(200), counted(401)
    caller.says("bonjour")
    caller.post(token="wrong", json={"text": "bonjour"})
    assert (counted(200), counted(401)) == (before[0] + 1, before[1] + 1)
    metrics = http.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert caller.id not in metrics.text


# -- the description of the API ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def described(http: httpx.Client) -> dict[str, Any]:
    schema: dict[str, Any] = http.get("/openapi.json").json()
    return schema


def test_every_route_is_described_with_its_errors(described: dict[str, Any]) -> None:
    assert set(described["paths"]) == {CONVERSATIONS, MESSAGES, CALENDAR, "/health", "/ready", "/metrics"}
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            for status, response in operation["responses"].items():
                if status >= "400":
                    content = response["content"]["application/json"]["schema"]
                    assert content == {"$ref": "#/components/schemas/Problem"}, (path, status)


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"content": b"\xff"}),
        (401, {"token": "wrong", "json": {"text": "bonjour"}}),
        (413, {"content": b'"' + b"a" * 300_000 + b'"'}),
        (422, {"json": {}}),
    ],
)
def test_an_error_that_is_given_is_described(
    described: dict[str, Any], caller: Caller, status: int, request_: dict[str, Any]
) -> None:
    assert caller.post(**request_).status_code == status
    assert str(status) in described["paths"][MESSAGES]["post"]["responses"]


def test_the_token_is_described_so_that_the_page_of_the_api_can_send_it(described: dict[str, Any]) -> None:
    # OpenAPI 3.1, Parameter Object: a header parameter called Authorization is ignored.
    schemes = described["components"].get("securitySchemes", {})
    assert {"type": "http", "scheme": "bearer"}.items() <= next(iter(schemes.values()), {}).items()
    assert described["paths"][MESSAGES]["post"]["security"] == [{name: []} for name in schemes]
    assert described["paths"][CALENDAR]["get"]["security"] == [{name: []} for name in schemes]


def test_the_calendar_file_is_described_and_how_a_program_finds_it(described: dict[str, Any]) -> None:
    given = described["paths"][CALENDAR]["get"]["responses"]
    assert list(given["200"]["content"]) == ["text/calendar"]
    assert {"401", "404"} <= set(given)
    assert "deadlines.ics" in described["paths"][MESSAGES]["post"]["responses"]["200"]["headers"]["Link"]["description"]


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", "/docs"])
def test_a_page_names_only_files_that_are_here(http: httpx.Client, page: str) -> None:
    html = http.get(page).text
    named = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert named
    for name in named:
        assert http.get(f"/{name}").status_code == 200


@pytest.mark.parametrize("path", sorted(PAGES.iterdir()), ids=lambda path: path.name)
def test_no_page_style_or_script_holds_an_address_of_somebody_else(path: Path) -> None:
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text(encoding="utf-8"))
    assert [address for address in addresses if "www.w3.org" not in address] == []  # a name of XML, never fetched


def test_the_policy_of_the_pages_lets_nothing_in_from_elsewhere_and_runs_nothing_written_in_a_page(
    http: httpx.Client,
) -> None:
    policy = http.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"unsafe-(inline|eval)|https?:|\*", policy)


# -- when things break -------------------------------------------------------------------------------------------------


def test_a_server_whose_database_file_is_gone_is_not_ready_until_it_is_back(model: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with Server(create_app(model, sqlite_in(disk))) as server, server.client() as http:
        person = Caller(http).open()
        first = person.taps("problem:sms_code_missing")
        disk.rename(tmp_path / "elsewhere")
        _is_not_ready(http)
        (tmp_path / "elsewhere").rename(disk)
        assert http.get("/ready").status_code == 200
        assert person.taps("command:repeat")["step"] == first["step"]


@pytest.mark.postgres
def test_a_server_whose_database_is_gone_says_that_the_failure_is_its_own(model: Path) -> None:
    with own_postgres() as url, Server(create_app(model, url)) as server, server.client() as http:
        person = Caller(http).open()
        drop(url)
        _is_not_ready(http)
        _is_our_failure(person.post(json={"text": "bonjour"}))


def _is_not_ready(http: httpx.Client) -> None:
    answer = http.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"error": "The database does not answer."})
    assert set(answer.headers) >= SECURITY_HEADERS
    assert http.get("/health").status_code == 200


def test_a_failure_of_ours_is_told_in_a_sentence_and_counted_and_the_message_can_be_sent_again(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_in(tmp_path)
    with monkeypatch.context() as patch:
        patch.setenv("DECLIC_ACTION_ENDPOINT", "http://127.0.0.1:9/webhook")  # where nobody answers
        with Server(create_app(model, url)) as broken, broken.client() as http:
            person = Caller(http).open()
            _is_our_failure(person.post("key", json={"choice": "start"}))
            assert 'status="500"' in http.get("/metrics").text
    with Server(create_app(model, url)) as mended, mended.client() as http:
        person.http = http
        assert person.taps("start", "key")["turn"] == 1
    assert rows(url)["inbox"] == 1


def _is_our_failure(answer: httpx.Response) -> None:
    assert answer.status_code == 500
    assert answer.json() == {"error": "Something went wrong on our side. Your answers are kept. Try again in a moment."}
    assert set(answer.headers) >= SECURITY_HEADERS


@pytest.mark.postgres
def test_on_postgresql_what_its_text_cannot_hold_is_answered_too(model: Path) -> None:
    with own_postgres() as url, Server(create_app(model, url)) as server, server.client() as http:
        person = Caller(http).open()
        for field in ("text", "choice"):
            assert person.post(content=b'{"%s": "\\u0000\\ud800"}' % field.encode()).status_code == 200
        assert Caller(http).open(language="\x00").taps("start")["turn"] == 1
        person.id = "%00"
        assert person.post(json={"choice": "start"}).status_code == 404
