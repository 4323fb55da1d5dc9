"""``python -m tests.bench``: measures this assistant against stock Rasa and writes ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.bench import growth, turns, understanding
from tests.bench.material import labelled, typed_messages
from tests.bench.ours import OurProject
from tests.bench.processes import ROOT, Failed, Memory, Running, running, say
from tests.bench.report import Report, Row, faster, lighter, shares
from tests.bench.report import growth as growth_row
from tests.bench.sample import EACH, training_messages, write_sample
from tests.bench.sides import Ours, Pair, Refused, Side, Stock, both, client
from tests.bench.stock import StockProject

#: How many conversations of 504 turns, of each kind, with this assistant and with stock Rasa.
_LONG_CONVERSATIONS = (6, 2)


def main() -> None:
    """Run the bench."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped then too
    report = Report(development=_development(options), command=_command())
    if os.getloadavg()[0] > 0.5:
        report.remarks.append(f"The machine was not quiet when the run began: load {os.getloadavg()[0]:.1f}.")
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="declic-bench-") as folder:
            _measure(Path(folder), options, report)
    except (Failed, Refused) as failed:
        sys.exit(str(failed))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report.remarks.append(
        f"The whole run took {(time.monotonic() - began) / 60:.0f} minutes, "
        f"{used.ru_utime / 60:.0f} of processor time in user mode."
    )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(report.page() + "\n", encoding="utf-8")
    print(f"\n{report.table()}\n")
    say(f"Written to {os.path.relpath(options.output)}. {report.development}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--stock-epochs", type=int, metavar="N", help="development only: train stock Rasa so long")
    parser.add_argument(
        "--skip-stock-training", type=Path, metavar="PATH", help="development only: a model of stock Rasa's pipeline"
    )
    parser.add_argument("--output", type=Path, metavar="PATH", help="where to write the page")
    options = parser.parse_args()
    if options.output is None:
        # A run for development never takes the place of the published figures.
        name = "var/benchmarks-development.md" if _development(options) else "docs/benchmarks.md"
        options.output = ROOT / name
    return options


def _development(options: argparse.Namespace) -> str:
    told = []
    if options.stock_epochs is not None:
        told.append(
            f"Stock Rasa was trained for {options.stock_epochs} epochs instead of its own number (--stock-epochs)."
        )
    if options.skip_stock_training is not None:
        told.append("Stock Rasa's model was trained before this run (--skip-stock-training).")
    return " ".join(told)


def _command() -> str:
    return " ".join(["python -m tests.bench", *map(shlex.quote, sys.argv[1:])]) if sys.argv[1:] else "make bench"


def _measure(folder: Path, options: argparse.Namespace, report: Report) -> None:
    """Train; read the test set and weigh, each side alone; then time the two side by side."""
    ours, stock = OurProject(folder / "ours"), StockProject(folder / "stock", options.stock_epochs)
    training = _train(ours, stock, options.skip_stock_training, folder / "sample", report)
    understood, weighed = _each_alone(ours, stock)
    report.rows += understood
    served, core, actions = ours.server(), *stock.servers()
    with running(served), running(core, actions):
        asyncio.run(_side_by_side(served.url, core.url, report))
    report.rows += [*weighed, *training]


def _train(ours: OurProject, stock: StockProject, model: Path | None, sample: Path, report: Report) -> list[Row]:
    count, everything = write_sample(sample), sum(map(len, training_messages().values()))
    report.remarks.append(
        f"The sample: {count} messages of French and English, at most {EACH} of each intent; "
        f"all languages have {everything}."
    )
    on_sample, empty, cached = ours.train_on(sample), ours.train_from_nothing(), ours.train_again()
    shipped = [
        Row(f"Training on all {everything} messages, every cache empty", f"{empty:.0f} s", "not measured", ""),
        Row("… again, only the embeddings cached", f"{cached:.0f} s", "not measured", ""),
    ]
    if model is not None:
        stock.take_model(model)
        return shipped
    return [faster("Training on the sample, every cache empty", on_sample, stock.train(sample), "s"), *shipped]


def _each_alone(ours: OurProject, stock: StockProject) -> tuple[list[Row], list[Row]]:
    """Return the lines of what each understands, and of what each weighs and how long it takes to start."""
    test = labelled("test")
    say(f"Reading the {len(test)} messages of the test set …")
    shipped, learnt_from_sample = (understanding.read_by_us(ours, test, model) for model in (None, ours.other))
    served = ours.server()
    with running(served) as our_processes:
        our_memory = asyncio.run(_use(served.url, Ours, our_processes))
    core, actions = stock.servers()
    with running(core, actions) as stock_processes:
        stock_memory = asyncio.run(_use(core.url, Stock, stock_processes))
        read_by_stock = asyncio.run(understanding.read_by_stock(core.url, test))
    return understanding.rows(test, shipped, learnt_from_sample, read_by_stock), [
        *lighter(our_memory, stock_memory, at_most=0.7),
        faster(
            "From start to ready, model trained", our_processes.seconds_to_ready, stock_processes.seconds_to_ready, "s"
        ),
    ]


async def _use(url: str, kind: type[Ours] | type[Stock], processes: Running) -> Memory:
    """Use a side as it is used in a day, and return what it weighs then."""
    messages = typed_messages()
    async with client() as session:
        side: Side = kind(session, url)
        for number, text in enumerate(messages):
            if number % turns.TURNS_OF_A_CONVERSATION == 0:
                conversation = await side.open()
            await side.say(conversation, text)
        await turns.at_once(side, turns.typed_at_once(messages))
    return processes.memory()


async def _side_by_side(ours: str, stock: str, report: Report) -> None:
    messages = typed_messages()
    async with both(ours, stock) as pair:
        typed = await turns.typed(pair, messages)
        tapped, walks = await turns.tapped(pair)
        report.rows += [
            await _safety(pair),
            *typed.rows("Typed turn", at_least=3),
            *tapped.rows("Tapped turn", at_least=8),
            await turns.throughput(pair, "Typed messages", turns.typed_at_once(messages), at_least=3),
            await turns.throughput(pair, "Taps", turns.tapped_at_once(walks), at_least=3),
        ]
        await _growth(pair, messages, report)
    report.remarks += [
        f"Stock Rasa's action ran in {_share(reply.stock.acted for reply in typed.replies)} of its typed turns and "
        f"{_share(reply.stock.acted for reply in tapped.replies)} of its taps. Both sides came to the same step in "
        f"{_share(reply.ours.step == reply.stock.step for reply in tapped.replies)} of the taps.",
    ]


async def _growth(pair: Pair, messages: Sequence[str], report: Report) -> None:
    """Measure long conversations: more of ours, whose bar is close; stock Rasa's take minutes each."""
    many, few = _LONG_CONVERSATIONS
    kinds = {
        "tapped": Pair(await growth.tapped(pair.ours, many), await growth.tapped(pair.stock, few)),
        "typed": Pair(await growth.typed(pair.ours, many, messages), await growth.typed(pair.stock, few, messages)),
    }
    for kind, grown in kinds.items():
        report.rows.append(growth_row(f"Turn 500 against turn 5, {kind}", grown.ours.ratio, grown.stock.ratio, 1.1))
        report.curve.update(
            {(kind, turn): (grown.ours.median(turn), grown.stock.median(turn)) for turn in growth.SHOWN}
        )
        report.remarks.append(
            f"Long conversations, {kind}: {many} of ours and {few} of stock Rasa's. They came to the same step as the "
            f"fresh ones in {grown.ours.same_steps} of {grown.ours.compared} compared turns, and in "
            f"{grown.stock.same_steps} of {grown.stock.compared}."
        )


async def _safety(pair: Pair) -> Row:
    opened = await understanding.safety_opened(pair, labelled("test"))
    return shares("Messages of danger that open their safety tree at once", opened.ours, opened.stock, 0.97)


def _share(truths: Iterable[bool]) -> str:
    listed = list(truths)
    return f"{sum(listed) / len(listed):.0%}"


if __name__ == "__main__":
    main()
