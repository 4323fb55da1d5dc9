"""Alembic's entry: runs the migrations on the database named by the caller."""

from alembic import context
from sqlalchemy import create_engine, pool

from bot.store.models import Base

_SYNC_DRIVERS = {"sqlite+aiosqlite": "sqlite", "postgresql+asyncpg": "postgresql+psycopg2"}


def run() -> None:
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]
    driver, separator, rest = url.partition("://")
    engine = create_engine(_SYNC_DRIVERS.get(driver, driver) + separator + rest, poolclass=pool.NullPool, future=True)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
