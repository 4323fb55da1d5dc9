"""The training messages that both sides can learn on one machine in one sitting.

Stock Rasa's classifier takes minutes an epoch on all of ``nlu_data/`` and has a hundred of them; so what compares the
two is learnt by both from the same sample, and what Déclic makes of everything is told beside it.
"""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.bench.material import LANGUAGES
from tests.bench.processes import ROOT

#: So many messages of each intent and language, drawn with this seed, none longer than so many characters.
EACH, SEED, LONGEST = 12, 7, 250


def training_messages(languages: Iterable[str] | None = None) -> dict[tuple[str, str], list[str]]:
    """Return the training messages by intent and language, of ``languages`` or of all there are."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted((ROOT / "nlu_data").glob("??.yml")):
        language = path.stem
        if languages is not None and language not in languages:
            continue
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            found[block["intent"], language] += [line for line in lines if line]
    return found


def write_sample(folder: Path) -> int:
    """Write the sample and the rules into ``folder`` as Rasa's training data; return how many messages it holds."""
    folder.mkdir(parents=True)
    chosen = random.Random(SEED)
    blocks, count = [], 0
    for (intent, language), texts in training_messages(LANGUAGES).items():
        short = [text for text in texts if len(text) <= LONGEST]
        drawn = chosen.sample(short, min(EACH, len(short)))
        count += len(drawn)
        examples = "".join(f"- {text}\n" for text in drawn)
        blocks.append({"intent": intent, "metadata": {"language": language}, "examples": examples})
    # Rasa knows a file of messages by the line that begins with `nlu:`.
    told = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False)
    (folder / "nlu.yml").write_text(told, encoding="utf-8")
    shutil.copyfile(ROOT / "nlu_data" / "rules.yml", folder / "rules.yml")
    return count
