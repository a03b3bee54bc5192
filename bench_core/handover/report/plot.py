"""Small plots as SVG: whole without a script, zoomed by `templates/report.js`, which moves what is drawn here and makes ticks anew.

What belongs to one place is a mark, which keeps its size; what covers an area is stretched. Text is escaped.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup, escape

Scale = Literal["linear", "log", "asinh"]
FORWARD: dict[str, Callable[[float], float]] = {
    "linear": float, "log": lambda v: math.log10(max(v, 1e-12)), "asinh": math.asinh,
}  # fmt: skip
CLOSEST = 46
"""Pixels between two ticks at least."""


def tag(name: str, inside: object = "", **attributes: object) -> Markup:
    """One element; `_` in a name of an attribute is `-`, a trailing one is dropped."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{given}>{escape(inside)}</{name}>")  # every part is escaped


def joined(parts: Sequence[Markup]) -> Markup:
    """All of them in a row."""
    return Markup("").join(parts)


@dataclass(frozen=True)
class Axis:
    """What a side of a plot shows, in the unit of the data.

    Attributes:
        names: words in the place of ticks, at 0, 1, 2 and so on.
    """

    title: str
    low: float
    high: float
    scale: Scale = "linear"
    names: Sequence[str] = ()

    def ends(self) -> tuple[float, float]:
        """Where it begins and ends on its own scale; never in one point."""
        low, high = FORWARD[self.scale](self.low), FORWARD[self.scale](self.high)
        return (low, high) if high > low else (low - 0.5, low + 0.5)


def ticks(axis: Axis, pixels: float) -> list[float]:
    """Round values, not nearer to each other than `CLOSEST`."""
    low, high = axis.ends()
    if axis.scale == "linear":
        step = (high - low) * CLOSEST * 1.4 / pixels
        power = 10 ** math.floor(math.log10(step))
        step = next(power * m for m in (1, 2, 5, 10) if power * m >= step)
        return [round(i * step, 12) for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    sizes = [m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5)]
    values = sizes if axis.scale == "log" else [0.0, *(s for v in sizes if v >= 1 for s in (v, -v))]
    ranked = sorted(values, key=lambda v: (v != 0, f"{abs(v):e}"[0] != "1", f"{abs(v):e}"[0] != "5", abs(v)))
    chosen: list[float] = []
    for value in ranked:
        at = FORWARD[axis.scale](value)
        if low <= at <= high and all(abs(at - FORWARD[axis.scale](c)) / (high - low) * pixels >= CLOSEST for c in chosen):
            chosen.append(value)
    return sorted(chosen)


@dataclass
class Plot:
    """One plot; marks and areas are added in the order in which they are drawn.

    Attributes:
        id: unique on its page.
        label: what a screen reader says of it.
        left, bottom: room for words beside the area, in pixels.
        zooms: along which sides it can be zoomed.
    """

    id: str
    label: str
    x: Axis
    y: Axis
    width: int = 540
    height: int = 330
    left: int = 58
    bottom: int = 52
    zooms: Literal["x", "xy"] = "xy"
    drawn: list[Markup] = field(default_factory=list)

    def _area(self) -> tuple[float, float, float, float]:
        return float(self.left), 12.0, self.width - self.left - 14.0, self.height - self.bottom - 12.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place of the data."""
        left, top, width, height = self._area()
        (x_low, x_high), (y_low, y_high) = self.x.ends(), self.y.ends()
        across = (FORWARD[self.x.scale](x) - x_low) / (x_high - x_low)
        up = (FORWARD[self.y.scale](y) - y_low) / (y_high - y_low)
        return round(left + across * width, 2), round(top + (1 - up) * height, 2)

    def mark(self, x: float, y: float, shape: Markup, words: str = "") -> None:
        """A shape around (0, 0) at a place; `words` are shown where a pointer rests."""
        at = self.place(x, y)
        inside = joined([tag("title", words), shape]) if words else shape
        self.drawn.append(tag("g", inside, class_="mark", data_at=f"{at[0]},{at[1]}", transform=f"translate({at[0]} {at[1]})"))

    def points(self, places: Sequence[tuple[float, float]], style: str, radius: float = 2.6) -> None:
        """Many dots of one style."""
        for x, y in places:
            at = self.place(x, y)
            self.drawn.append(tag("circle", class_=f"dot {style}", data_at=f"{at[0]},{at[1]}", cx=at[0], cy=at[1], r=radius))

    def box(self, x: tuple[float, float], y: tuple[float, float], style: str, words: str = "") -> None:
        """A rectangle between places."""
        (x0, y0), (x1, y1) = self.place(x[0], y[0]), self.place(x[1], y[1])
        size = {"width": round(abs(x1 - x0), 2), "height": round(abs(y1 - y0), 2)}
        inside = tag("title", words) if words else ""
        self.drawn.append(tag("g", tag("rect", inside, x=min(x0, x1), y=min(y0, y1), **size, class_=style), class_="area"))

    def line(self, places: Sequence[tuple[float, float]], style: str, words: str = "") -> None:
        """A line through places."""
        path = " ".join(f"{'ML'[i > 0]}{x} {y}" for i, (x, y) in enumerate(self.place(*p) for p in places))
        inside = tag("title", words) if words else ""
        self.drawn.append(tag("g", tag("path", inside, d=path, class_=f"line {style}"), class_="area"))

    def svg(self) -> Markup:
        """The whole plot with its axes and the buttons that zoom it."""
        left, top, width, height = self._area()
        clip = tag("clipPath", tag("rect", x=left, y=top, width=width, height=height), id=f"clip-{self.id}")
        frame = {"data_area": f"{left},{top},{width},{height}", "data_zooms": self.zooms}
        sides = {f"data_{side}": f"{axis.scale},{axis.ends()[0]},{axis.ends()[1]}" for side, axis in (("x", self.x), ("y", self.y))}
        inside = [
            clip, tag("g", self._grid(), class_="grid"),
            tag("rect", x=left, y=top, width=width, height=height, class_="catch"),
            tag("g", tag("g", joined(self.drawn), class_="drawn"), clip_path=f"url(#clip-{self.id})"),
            tag("text", self.x.title, x=left + width / 2, y=self.height - 6, text_anchor="middle", class_="title"),
            tag("text", self.y.title, transform=f"translate(13 {top + height / 2}) rotate(-90)", text_anchor="middle", class_="title"),
        ]  # fmt: skip
        box = f"0 0 {self.width} {self.height}"
        drawn = tag("svg", joined(inside), viewBox=box, role="img", aria_label=self.label, class_="plot", id=self.id, **frame, **sides)
        return tag("div", joined([_buttons(), drawn]), class_="zoomed")

    def _grid(self) -> Markup:
        left, top, width, height = self._area()
        parts = [
            tag("g", joined([tag("line", y1=top, y2=top + height), tag("text", said, y=top + height + 17, text_anchor="middle")]),
                class_="tick", transform=f"translate({at} 0)")
            for at, said in self._ticks(self.x, width, lambda v: self.place(v, self.y.low)[0])
        ]  # fmt: skip
        named = "name" if self.y.names else "tick"
        parts += [
            tag("g", joined([tag("line", x1=left, x2=left + width), tag("text", said, x=left - 7, y=4, text_anchor="end")]),
                class_=named, transform=f"translate(0 {at})")
            for at, said in self._ticks(self.y, height, lambda v: self.place(self.x.low, v)[1])
        ]  # fmt: skip
        return joined(parts)

    def _ticks(self, axis: Axis, pixels: float, where: Callable[[float], float]) -> list[tuple[float, str]]:
        if axis.names:
            return [(where(float(i)), name) for i, name in enumerate(axis.names)]
        return [(where(value), f"{value:g}".replace("-", "−")) for value in ticks(axis, pixels)]


def _buttons() -> Markup:
    words = (("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("all", "⟲", "Show all"))
    return tag("div", joined([tag("button", sign, type="button", data_zoom=act, aria_label=said) for act, sign, said in words]),
               class_="buttons", hidden="")  # fmt: skip


def dot(style: str, radius: float = 5.0) -> Markup:
    """A round mark."""
    return tag("circle", r=radius, class_=style)


def diamond(style: str, radius: float = 6.0) -> Markup:
    """A mark that differs from a round one by its shape too."""
    return tag("path", d=f"M0 {-radius}L{radius} 0L0 {radius}L{-radius} 0Z", class_=style)
