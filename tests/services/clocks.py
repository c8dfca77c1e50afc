"""A clock that counts the time that the client waits, instead of waiting."""

from dataclasses import dataclass, field


@dataclass
class FakeClock:
    """The time advances only while something waits, and by `tick` whenever it is read."""

    time: float = 1_800_000_000.0
    tick: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        self.time += self.tick
        return self.time

    def monotonic(self) -> float:
        return self.now()

    def wait(self, seconds: float) -> None:
        if seconds:
            self.waits.append(seconds)
        self.time += seconds
