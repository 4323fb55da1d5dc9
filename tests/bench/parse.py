"""``python -m tests.bench.parse MODEL``: ``declic parse --jsonl`` with a model that is not the shipped one."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bot.agent import load_agent
from bot.assistant import as_parsed, understand


async def _main(model: Path) -> None:
    agent = load_agent(model)
    for line in sys.stdin:
        text = json.loads(line)["text"]
        print(json.dumps(as_parsed(text, await understand(agent, text)), ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
