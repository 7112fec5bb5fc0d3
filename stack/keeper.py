"""What `make run` does when a piece dies: say so, start it again a little later, give up when it never holds."""

from stack.child import Child
from stack.errors import StackError
from stack.output import Output

AT_ONCE = 10.0  # a piece that lived shorter never really worked
TRIES = 5
FIRST_PAUSE = 0.5  # doubled each time


class Keeper:
    """Counts deaths. Call it with a child that ended unasked: seconds until its next start, or StackError."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._deaths: dict[str, int] = {}

    def __call__(self, child: Child) -> float:
        """Decide about one death, by the rule of the module."""
        held = child.lived > AT_ONCE
        deaths = self._deaths[child.name] = 1 if held else self._deaths.get(child.name, 0) + 1
        if deaths >= TRIES:
            raise StackError(f"{child.name} died at once {TRIES} times, so everything is stopped. {child.obituary}")
        pause: float = FIRST_PAUSE * 2 ** (deaths - 1)
        self._output.say(f"{child.obituary}\n{child.name} is started again in {pause:.1f} s.")
        return pause
