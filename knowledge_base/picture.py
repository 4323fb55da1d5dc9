"""The picture of a tree or of a part of it, computed in plain Python: boxes in layers, and the ways between them.

Layers by longest path, crossings lowered by barycentres, positions by least squares (Sugiyama, Tagawa and Toda, 1981).
Only ways to a later step of the same picture are lines; a way to an end or elsewhere is written in its box.
Lengths are pixels at which text is read; the page scales the whole.
"""

from __future__ import annotations

import itertools
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge_base.loader import KnowledgeBase

BOX_WIDTH, LABEL_WIDTH, LINE_WIDTH = 178, 92, 8
BOX_LINE, ROW_LINE, LABEL_LINE = 14, 12, 11
BOX_LETTERS, ROW_LETTERS, LABEL_LETTERS = 27, 35, 17
PADDING, BETWEEN, GAP = 7, 12, 16
_SWEEPS = 24


@dataclass(frozen=True)
class Box:
    """A step: where its box stands, its first words, and the ways out that are not lines."""

    step: str
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    exits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Label:
    """The words of an answer, centred on a point of its line."""

    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """Steps, drawn: its size, its boxes, the labels of its lines, and the lines as SVG path data."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: tuple[str, ...]


@dataclass(eq=False)
class _Vertex:
    """A box, a label, or the place where a long line passes a layer."""

    width: float
    height: float = 0
    step: str = ""
    words: tuple[str, ...] = ()
    exits: tuple[tuple[str, str], ...] = ()
    x: float = 0
    above: list[_Vertex] = field(default_factory=list)
    below: list[_Vertex] = field(default_factory=list)


def draw(
    kb: KnowledgeBase, steps: Sequence[str], words: Callable[[str], str], label: Callable[[str, str], str]
) -> Picture:
    """Return the picture of some steps, those of kind ``end`` left out; without boxes when there is none other.

    Args:
        kb: the knowledge base.
        steps: the full ids of the steps to draw.
        words: gives the words of a step, by its full id.
        label: gives the words of an answer, by the full id of its step and the answer.
    """
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    drawn = [step_id for step_id in steps if kb.steps[step_id].kind != "end"]
    for step_id in drawn:
        for answer, target in kb.edges(step_id).items():
            ways[step_id, target].append(label(step_id, answer))
    inner = _forward(drawn, [way for way in ways if way[1] in drawn])
    depth = _depths(drawn, inner)
    boxes: dict[str, _Vertex] = {}
    for step_id in drawn:
        exits = [
            (textwrap.shorten(said, ROW_LETTERS - 8, placeholder=" …"), target)
            for (source, target), answers in ways.items()
            if source == step_id and target not in inner[step_id]
            for said in answers
        ]
        lines = tuple(textwrap.wrap(words(step_id), BOX_LETTERS, max_lines=3, placeholder=" …"))
        height = 2 * PADDING + BOX_LINE * (1 + len(lines)) + ROW_LINE * len(exits)
        boxes[step_id] = _Vertex(BOX_WIDTH, height, step_id, lines, tuple(exits))
    layers: list[list[_Vertex]] = [[] for _ in range(2 * max(depth.values(), default=0) + 1)]
    for step_id in drawn:
        layers[2 * depth[step_id]].append(boxes[step_id])
    for step_id in drawn:
        for target in inner[step_id]:
            said = textwrap.wrap(" · ".join(ways[step_id, target]), LABEL_LETTERS, max_lines=3, placeholder=" …")
            chip = _Vertex(LABEL_WIDTH, LABEL_LINE * len(said) + 4, words=tuple(said))
            _chain(layers, 2 * depth[step_id], boxes[step_id], chip, boxes[target], 2 * depth[target])
    _order(layers)
    _place(layers)
    return _drawn(layers)


def _forward(steps: Sequence[str], ways: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the ways by source, without those that would come back to a step on the way there."""
    ahead: dict[str, list[str]] = defaultdict(list)
    for source, target in ways:
        ahead[source].append(target)
    kept: dict[str, list[str]] = {step: [] for step in steps}
    done: set[str] = set()

    def walk(step: str, path: frozenset[str]) -> None:
        done.add(step)
        for target in ahead[step]:
            if target not in path:
                kept[step].append(target)
                if target not in done:
                    walk(target, path | {target})

    for step in steps:
        if step not in done:
            walk(step, frozenset({step}))
    return kept


def _depths(steps: Sequence[str], inner: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the length of the longest way to each step."""
    depth = dict.fromkeys(steps, 0)
    ahead = list(steps)
    while ahead:
        step = ahead.pop()
        for target in inner[step]:
            if depth[target] <= depth[step]:
                depth[target] = depth[step] + 1
                ahead.append(target)
    return depth


def _chain(layers: list[list[_Vertex]], start: int, source: _Vertex, chip: _Vertex, target: _Vertex, end: int) -> None:
    """Lead a line from layer ``start`` to layer ``end``: its label first, then a place in each layer it passes."""
    before = source
    for number in range(start + 1, end):
        vertex = chip if number == start + 1 else _Vertex(LINE_WIDTH)
        layers[number].append(vertex)
        before.below.append(vertex)
        vertex.above.append(before)
        before = vertex
    before.below.append(target)
    target.above.append(before)


def _order(layers: list[list[_Vertex]]) -> None:
    """Order each layer by the mean place of its neighbours, down and up; keep the order with the fewest crossings."""
    best, kept = _crossings(layers), [list(layer) for layer in layers]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for number in range(1, len(layers)) if down else range(len(layers) - 2, -1, -1):
            beside = {vertex: place for place, vertex in enumerate(layers[number - 1 if down else number + 1])}
            here = {vertex: place for place, vertex in enumerate(layers[number])}
            means = {
                vertex: sum(beside[one] for one in near) / len(near)
                if (near := vertex.above if down else vertex.below)
                else place
                for vertex, place in here.items()
            }
            layers[number].sort(key=means.__getitem__)
        crossings = _crossings(layers)
        if crossings < best:
            best, kept = crossings, [list(layer) for layer in layers]
    layers[:] = kept


def _crossings(layers: Sequence[Sequence[_Vertex]]) -> int:
    count = 0
    for upper, lower in itertools.pairwise(layers):
        place = {vertex: number for number, vertex in enumerate(lower)}
        ends = [place[target] for vertex in upper for target in sorted(vertex.below, key=place.__getitem__)]
        count += sum(one > other for number, one in enumerate(ends) for other in ends[number + 1 :])
    return count


def _place(layers: Sequence[Sequence[_Vertex]]) -> None:
    """Give each vertex an ``x`` near its neighbours', in the order of its layer and without overlap."""
    for sweep in range(2 * _SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = []
            for vertex in layer:
                pulls = [(one.x, _pull(vertex, one)) for one in (*vertex.above, *vertex.below)]
                weight = sum(pull for _, pull in pulls)
                wanted.append((sum(x * pull for x, pull in pulls) / weight, weight) if pulls else (vertex.x, 1))
            for vertex, x in zip(layer, _spread(layer, wanted), strict=True):
                vertex.x = x
    left = min((vertex.x - vertex.width / 2 for layer in layers for vertex in layer), default=0)
    for layer in layers:
        for vertex in layer:
            vertex.x -= left


def _pull(one: _Vertex, other: _Vertex) -> int:
    """Return how much a piece of line wants to be straight: the more, the farther it is from a box."""
    return 1 + 7 * (not one.step and not other.step)


def _spread(layer: Sequence[_Vertex], wanted: Sequence[tuple[float, int]]) -> Iterator[float]:
    """Yield the centres nearest to those wanted, each with its weight, that keep the vertices apart.

    This is isotonic regression by pooling adjacent violators.
    """
    offsets, offset = [], 0.0
    for before, vertex in zip([None, *layer], layer, strict=False):
        offset += (before.width + vertex.width) / 2 + BETWEEN if before else 0
        offsets.append(offset)
    pools: list[tuple[float, int, int]] = []
    for (centre, weight), offset in zip(wanted, offsets, strict=True):
        mean, count = centre - offset, 1
        while pools and pools[-1][0] > mean:
            other, others, number = pools.pop()
            mean, weight, count = (mean * weight + other * others) / (weight + others), weight + others, count + number
        pools.append((mean, weight, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    yield from (mean + offset for mean, offset in zip(means, offsets, strict=True))


def _drawn(layers: Sequence[Sequence[_Vertex]]) -> Picture:
    tops, top = [], 0.0
    for layer in layers:
        tops.append(top)
        top += max((vertex.height for vertex in layer), default=0) + GAP
    bottoms = [after - GAP for after in (*tops[1:], top)]
    boxes, labels = [], []
    lines: list[str] = []
    for number, layer in enumerate(layers):
        for vertex in layer:
            if vertex.step:
                left = vertex.x - vertex.width / 2
                boxes.append(Box(vertex.step, left, tops[number], vertex.height, vertex.words, vertex.exits))
                lines += _lines(layers, tops, bottoms, number, vertex)
            elif vertex.words:
                labels.append(Label(vertex.x, tops[number], vertex.words))
    width = max((vertex.x + vertex.width / 2 for layer in layers for vertex in layer), default=0)
    return Picture(width, bottoms[-1], tuple(boxes), tuple(labels), tuple(lines))


def _lines(
    layers: Sequence[Sequence[_Vertex]], tops: Sequence[float], bottoms: Sequence[float], number: int, box: _Vertex
) -> Iterator[str]:
    """Yield the lines that leave a box, spread over its lower side in the order of where they go."""
    place = {vertex: at for at, vertex in enumerate(layers[number + 1])} if number + 1 < len(layers) else {}
    leaving = sorted(box.below, key=place.__getitem__)
    for port, vertex in enumerate(leaving, 1):
        x, layer = box.x + box.width * (port / (len(leaving) + 1) - 0.5), number + 1
        path = [
            f"M{x:.0f} {tops[number] + box.height:.0f}V{bottoms[number]:.0f}",
            _curve(x, bottoms[number], vertex.x, tops[layer]),
        ]
        while not vertex.step:
            path.append(f"V{bottoms[layer]:.0f}")
            (after,) = vertex.below
            path.append(_curve(vertex.x, bottoms[layer], after.x, tops[layer + 1]))
            vertex, layer = after, layer + 1
        yield "".join(path)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (y + to_y) / 2
    return f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
