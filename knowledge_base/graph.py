"""The trees as a graph: its edges, what can be reached, which dates are known where, and its picture."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge_base.loader import KnowledgeBase

#: The dates that an answer makes known, by the entity that it is.
_MADE_KNOWN = {
    "expires_on": frozenset({"expires_on"}),
    "filed_on": frozenset({"filed_on", "alert_on", "latest_on", "appeal_on"}),
    "refused_on": frozenset({"refused_on", "refusal_appeal_on"}),
}
#: The entities that a clock has read when its outcome is not ``unknown``.
_READ_BY_CLOCK = {
    "filing_window": ("expires_on", "filed_on"),
    "silence": ("filed_on",),
    "expiry": ("expires_on",),
    "lapse": ("expires_on",),
    "appeal": ("refused_on",),
}
_SHAPES = {"ask": ("{{", "}}"), "try": ("[", "]"), "tell": ("(", ")"), "escalate": ("[/", "/]"), "end": ("([", "])")}


def edges(kb: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    """Yield ``(step, answer, next step)`` for every edge of every tree; an unknown rung gives no edge."""
    for step_id in kb.steps:
        for answer, target in kb.edges(step_id).items():
            yield step_id, answer, target


def starts(kb: KnowledgeBase) -> set[str]:
    """Return the steps where a conversation may begin or jump to: first steps of trees, and rungs."""
    return {tree.first for tree in kb.trees.values()} | {f"ladder/{rung.step}" for rung in kb.rungs.values()}


def reachable(kb: KnowledgeBase) -> set[str]:
    """Return the steps that can be reached from a start."""
    found, ahead = set[str](), list(starts(kb))
    while ahead:
        step_id = ahead.pop()
        if step_id not in found:
            found.add(step_id)
            ahead += kb.edges(step_id).values()
    return found


def loops(kb: KnowledgeBase) -> Iterator[tuple[str, ...]]:
    """Yield each way that comes back to a step it has passed, that step first and last."""
    done: set[str] = set()

    def walk(step_id: str, path: list[str]) -> Iterator[tuple[str, ...]]:
        if step_id in path:
            yield (*path[path.index(step_id) :], step_id)
            return
        if step_id in done:
            return
        for target in dict.fromkeys(kb.edges(step_id).values()):
            yield from walk(target, [*path, step_id])
        done.add(step_id)

    for start in sorted(starts(kb)):
        yield from walk(start, [])


def climbs(kb: KnowledgeBase, tree_id: str) -> bool:
    """Tell whether some path of a tree leads into the ladder."""
    return any(target.startswith("ladder/") for step_id, _, target in edges(kb) if step_id.split("/")[0] == tree_id)


def known_dates(kb: KnowledgeBase) -> dict[str, frozenset[str]]:
    """Return, for each reachable step, the dates that are known on **every** way there."""
    known: dict[str, frozenset[str]] = {step_id: frozenset() for step_id in starts(kb)}
    ahead = list(known)
    while ahead:
        step_id = ahead.pop()
        step = kb.steps[step_id]
        for answer, target in kb.edges(step_id).items():
            dates = known[step_id]
            if answer == "said":
                dates |= _MADE_KNOWN.get(step.entity or "", frozenset())
            clock, _, outcome = answer.partition(":")
            if outcome and outcome != "unknown":
                dates |= read_by(clock)
            there = dates if target not in known else known[target] & dates
            if known.get(target) != there:
                known[target] = there
                ahead.append(target)
    return known


def read_by(clock: str) -> frozenset[str]:
    """Return the dates that a clock has read when its outcome is not ``unknown``."""
    return frozenset[str]().union(*(_MADE_KNOWN[entity] for entity in _READ_BY_CLOCK.get(clock, ())))


def mermaid(kb: KnowledgeBase, tree_id: str) -> str:
    """Return the picture of a tree as Mermaid text; steps of other trees stand at its border."""
    lines = ["flowchart TD"]
    outside: set[str] = set()
    for name, step in kb.trees[tree_id].steps.items():
        opens, closes = _SHAPES[step.kind]
        shown = _quoted(step.text if len(step.text) <= 70 else f"{step.text[:67]}…")
        lines.append(f'  {name}{opens}"{name}<br/>{shown}"{closes}')
        for answer, target in kb.edges(f"{tree_id}/{name}").items():
            tree, _, other = target.partition("/")
            node = other if tree == tree_id else f"{tree}__{other}"
            if tree != tree_id and node not in outside:
                outside.add(node)
                lines.append(f'  {node}>"{target}"]')
            label = step.choices[answer].label if answer in step.choices else answer
            lines.append(f'  {name} -->|"{_quoted(label)}"| {node}')
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")
