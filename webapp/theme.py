"""The accent colour, readable on the light and the dark background (WCAG 2.2 contrast)."""

# The backgrounds of the page: --paper of the light and of the dark scheme in site.css.
LIGHT_PAPER = "#ffffff"
DARK_PAPER = "#16181d"

MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text of normal size
GOOD_CONTRAST = 6.0  # of a derived colour, since light lines on dark look thinner


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two "#rrggbb" colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def check_contrast(accent: str, accent_dark: str | None) -> None:
    """Raise ValueError if an accent colour cannot be read on its background."""
    pairs = (("accent", accent, LIGHT_PAPER), ("accent_dark", accent_dark, DARK_PAPER))
    for name, colour, paper in pairs:
        if colour and contrast(colour, paper) < MIN_CONTRAST:
            raise ValueError(
                f"{name} = {colour!r}: its contrast on {paper} is {contrast(colour, paper):.1f}, "
                f"but readable text needs {MIN_CONTRAST}. Use {make_readable(colour, paper)!r}, "
                "for example"
            )


def make_readable(colour: str, paper: str, least: float = MIN_CONTRAST) -> str:
    """Return the colour, moved towards black or white until its contrast on `paper` is `least`."""
    target = "#000000" if _luminance(paper) > 0.5 else "#ffffff"
    steps = (_mix(colour, target, share / 20) for share in range(21))
    return next(step for step in steps if contrast(step, paper) >= least)


def stylesheet(accent: str, accent_dark: str) -> str:
    """Return the style sheet /theme.css."""
    light = f":root{{--accent:{accent}}}"
    dark = f":root{{--accent:{accent_dark}}}"
    return f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if (value := channel / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(colour: str, target: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(target), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
