"""Going straight to a rung of the ladder, and back to what was left for it."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import ladder, walk
from bot.dialogue.turn import Turn
from knowledge_base.rungs import RungId


def climb(turn: Turn, rung_id: RungId) -> None:
    """Go straight to a rung, and say first what it may cost to skip what comes before it."""
    if turn.step and turn.kb.steps[turn.step].rung == rung_id:
        turn.session = replace(turn.session, rung=None)
        turn.present()
        return
    cost = ladder.skipped(turn.kb, turn.session, rung_id)
    problem, last = f"ladder/{turn.kb.rungs[rung_id].step}", turn.session.problem
    if last and not turn.at_end:
        turn.keep_for_later(last)
    left = dict.fromkeys((*turn.session.left, *([last] if last else [])))
    turn.go_to(problem, turn.session.later, tuple(other for other in left if other != problem))
    if cost:
        turn.effects.append(cost)
    turn.present()


def come_down(turn: Turn) -> bool:
    """Go back to the problem that was left for a rung; return whether there was one."""
    *earlier, last = turn.session.left or (None,)
    if last is None or walk.start(turn.kb, last) is None:
        return False
    later = tuple(other for other in turn.session.later if other != last)
    turn.session = replace(turn.session, problem=last, later=later, left=tuple(earlier), rung=None)
    turn.settle()
    turn.before = turn.position.path if turn.position else ()
    return True
