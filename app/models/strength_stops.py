"""The strengths that a slider stops at: those that draw another count of sites, scales or steps."""

import bisect

MOST_STOPS = 20
EVENLY = tuple(range(5, 101, 5))


def strength_stops(whole: int | None) -> tuple[int, ...]:
    """Percents, rising to 100: one for each count of `whole`, every 5 % where those are many.

    whole: None while it is not known.
    """
    if whole is None or whole > MOST_STOPS:
        return EVENLY
    # Rounded down: a share is rounded up, so this is the count itself and not the next one.
    return tuple(100 * count // whole for count in range(1, whole + 1))


def nearest(stops: tuple[int, ...], percent: int) -> int:
    return min(stops, key=lambda stop: abs(stop - percent))


def moved(stops: tuple[int, ...], percent: int, by: int) -> int:
    """So many stops on, or back where it is negative; the last one is the end."""
    place = bisect.bisect_left(stops, percent)
    if by > 0:
        # From between two stops the first move is to the next one.
        place = bisect.bisect_right(stops, percent) - 1
    return stops[min(max(place + by, 0), len(stops) - 1)]
