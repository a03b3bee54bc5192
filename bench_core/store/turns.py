"""Whose turn it is: the order of the queue, as plain functions of what waits and who had how much.

More urgent runs come first. Between runs of one urgency, turns go to the user with the fewest runs in progress, then to the one who had
least of the workers lately, then to the older run. A worker that has a run's model loaded may take it before its turn, but no run is
overtaken more than a few times.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

INTERACTIVE = 10
"""Priority of what somebody sits and waits for; plain runs have 0."""
BEHIND = -10
"""Priority of what may run when nothing else does."""
AGEING_SECONDS = 60.0
"""A plain run that waits gains one step of urgency in this time, up to INTERACTIVE, so that small requests cannot keep it out for ever."""
MOST_OVERTAKEN = 4
"""How often a run may be overtaken by later ones whose model is loaded already."""
LEFT_TO_OTHERS_SECONDS = 3.0
"""How long a worker leaves a run to an idle one that has its model loaded."""
HALF_LIFE_SECONDS = 3600.0
"""After this time, what a user had of the workers counts half."""
UNKNOWN_SECONDS = 60.0
"""What a run of unknown length counts in the order that is shown."""


@dataclass(frozen=True)
class Turn:
    """A run that waits.

    Attributes:
        since: when it last came into the queue.
        attempts: workers that died over it.
        model: id of the generator or encoder that it needs; empty when it needs none.
        expected: seconds that it should take; None where that is unknown.
    """

    id: str
    owner: str
    priority: int
    since: float
    created: float
    attempts: int = 0
    model: str = ""
    overtaken: int = 0
    expected: float | None = None


def urgency(turn: Turn, now: float) -> int:
    """The priority, and what waiting adds to it."""
    if not 0 <= turn.priority < INTERACTIVE:
        return turn.priority
    return min(INTERACTIVE, turn.priority + int(max(0.0, now - turn.since) / AGEING_SECONDS))


def decayed(used: float, seen: float, now: float) -> float:
    """What remains of seconds that were counted at time `seen`."""
    share: float = 0.5 ** (max(0.0, now - seen) / HALF_LIFE_SECONDS)
    return used * share


def in_turn(waiting: Sequence[Turn], used: Mapping[str, float], running: Mapping[str, int], now: float) -> Iterator[Turn]:
    """The runs in their order, when each user's seconds grow by those of the run that was taken.

    Args:
        used: worker seconds that each user had lately.
        running: runs in progress of each user.
    """
    levels: dict[tuple[bool, int], dict[str, deque[Turn]]] = defaultdict(lambda: defaultdict(deque))
    for turn in sorted(waiting, key=lambda t: (t.created, t.id)):
        levels[turn.attempts > 0, urgency(turn, now)][turn.owner].append(turn)
    had = dict(used)
    for level in sorted(levels, reverse=True):
        of_users = levels[level]
        heap = [_place(owner, runs[0], had, running) for owner, runs in of_users.items()]
        heapq.heapify(heap)
        while heap:
            owner = heapq.heappop(heap)[-1]
            turn = of_users[owner].popleft()
            yield turn
            had[owner] = had.get(owner, 0.0) + (UNKNOWN_SECONDS if turn.expected is None else turn.expected)
            if of_users[owner]:
                heapq.heappush(heap, _place(owner, of_users[owner][0], had, running))


def _place(owner: str, first: Turn, had: Mapping[str, float], running: Mapping[str, int]) -> tuple[int, float, float, str, str]:
    return running.get(owner, 0), had.get(owner, 0.0), first.created, first.id, owner


def choose(
    waiting: Sequence[Turn],
    used: Mapping[str, float],
    running: Mapping[str, int],
    *,
    loaded: Collection[str],
    idle_elsewhere: Collection[str],
    now: float,
) -> tuple[Turn | None, Turn | None]:
    """The run that a worker takes, and the one that it overtakes by that, if any.

    Args:
        loaded: models that this worker has loaded.
        idle_elsewhere: models that idle workers beside it have loaded.
    """
    order = in_turn(waiting, used, running, now)
    for first in order:
        others = first.model in idle_elsewhere and first.model not in loaded
        if not (others and now - first.since < LEFT_TO_OTHERS_SECONDS):
            break
    else:
        return None, None
    if first.attempts or not loaded or not first.model or first.model in loaded or first.overtaken >= MOST_OVERTAKEN:
        return first, None
    for later in order:
        if later.model in loaded and urgency(later, now) == urgency(first, now):
            return later, first
    return first, None


def forecast(order: Sequence[Turn], busy: Sequence[float | None]) -> dict[str, float | None]:
    """In how many seconds each run should start, when the workers take them in this order; None where a run of unknown length decides.

    Args:
        busy: seconds that each worker will still be busy; None where that is unknown.
    """
    unknown = float("inf")
    free = [unknown if seconds is None else seconds for seconds in busy]
    heapq.heapify(free)
    starts: dict[str, float | None] = {}
    for turn in order:
        at = heapq.heappop(free) if free else unknown
        starts[turn.id] = None if at == unknown or (at > 0 and unknown in free) else at
        heapq.heappush(free, unknown if turn.expected is None else at + turn.expected)
    return starts
