"""The web application, put together: assistant, API, pages, health."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.exceptions import HTTPException as StarletteHTTPException

from bot import __version__
from bot.agent import load_agent
from bot.assistant import Assistant
from bot.channels import web
from bot.store.database import Database
from bot.store.tracker_store import SessionTrackerStore
from knowledge_base.loader import knowledge_base

_log = logging.getLogger("declic")

#: A message of 20,000 characters, escaped, is under this.
_LARGEST_BODY = 256 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


async def assemble(model: Path, database: Database) -> Assistant:
    """Return an assistant on ``model`` and ``database``, whose tables are brought to today's form first."""
    knowledge_base()  # now, not at the first message: a broken tree stops the start
    await database.migrate()
    store = SessionTrackerStore()
    return Assistant(load_agent(model, store), store, database)


def create_app(model: Path, database_url: str | None = None) -> FastAPI:
    """Return the application; the model is loaded when it starts.

    Args:
        model: the trained model.
        database_url: SQLAlchemy's URL of the database; ``DATABASE_URL`` or SQLite otherwise.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(database_url)
        try:
            app.state.assistant = await assemble(model, database)
            # What was loaded stays: the collector need not walk through it again and again while people wait.
            gc.collect()
            gc.freeze()
            yield
        finally:
            await database.dispose()

    app = FastAPI(
        title="Déclic",
        version=__version__,
        description="Helps foreigners in France whose residence-permit procedure is stuck on ANEF.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    _measure(app)
    app.include_router(web.router)
    # Swagger UI's files come with a package: nothing is fetched from a CDN.
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_offline", "static")]))
    _guard(app)
    return app


def _measure(app: FastAPI) -> None:
    registry = CollectorRegistry()
    requests = Counter("declic_requests", "HTTP requests", ["method", "route", "status"], registry=registry)
    seconds = Histogram("declic_request_seconds", "Seconds a request took", ["route"], registry=registry)

    @app.middleware("http")
    async def measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        try:
            response = await call_next(request)
        except Exception:
            _log.exception("a request failed")
            sentence = "Something went wrong on our side. Your answers are kept. Try again in a moment."
            response = _problem(500, sentence)
        route = getattr(request.scope.get("route"), "path", "unknown")
        requests.labels(request.method, route, response.status_code).inc()
        seconds.labels(route).observe(time.perf_counter() - began)
        return response

    @app.get("/health", tags=["operations"])
    async def health() -> dict[str, str]:
        """Tell that the process runs."""
        return {"status": "ok"}

    @app.get("/ready", tags=["operations"], responses={503: {"model": web.Problem}})
    async def ready(request: Request) -> dict[str, str]:
        """Tell that a message would be answered: the model is loaded and the database answers."""
        try:
            alive = await request.app.state.assistant.database.alive()
        except Exception:
            _log.exception("the database does not answer")
            alive = False
        if not alive:
            raise HTTPException(503, "The database does not answer.")
        return {"status": "ready"}

    @app.get("/metrics", tags=["operations"], response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Give the counters in Prometheus' text form."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _guard(app: FastAPI) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if "transfer-encoding" in request.headers:
            return _problem(411, "Say how long the body is: send a Content-Length.")
        if "\x00" in request.scope["path"]:
            return _problem(404, "There is no such page.")
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            return _problem(413, "The message is too large. Send a shorter one.")
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(StarletteHTTPException)
    async def refused(_: Request, error: StarletteHTTPException) -> JSONResponse:
        return _problem(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        told = []
        for each in error.errors():
            where = ".".join(str(part) for part in each["loc"] if part not in ("body", "__root__"))
            told.append(f"{where}: {each['msg']}" if where else str(each["msg"]))
        return _problem(422, f"The request cannot be read. {'; '.join(told)}")


def _problem(status: int, sentence: str) -> JSONResponse:
    # Lone surrogates of a hostile body cannot be sent back.
    text = sentence.encode("utf-8", "replace").decode()
    return JSONResponse({"error": text}, status_code=status, headers=_HEADERS)
