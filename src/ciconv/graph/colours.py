"""The colours of a picture, each for a light and a dark page.

A picture is drawn in those of one theme; SVG brings the other along for pages that are dark.
"""

from ciconv.graph.graph import Role, Verdict

LIGHT, DARK = "light", "dark"

# name → colour on a light page, colour on a dark one; each light colour stands once, as it is
# what a style sheet finds the shapes by
PALETTE = {
    "page": ("#ffffff", "#0f141b"),
    "text": ("#1f2937", "#e5e7eb"),
    "faint": ("#5b6472", "#a3adbb"),
    "pipeline": ("#f7f8fa", "#161c25"),
    "pipeline-line": ("#c9d0da", "#3a4553"),
    "stage": ("#eef1f5", "#1b222d"),
    "job": ("#fdfefe", "#222c3a"),
    "job-line": ("#64748b", "#8494aa"),
    "call": ("#eef2fe", "#26294d"),
    "approval": ("#fff8e7", "#3a2f12"),
    "idle": ("#f1f2f4", "#12171e"),
    "idle-line": ("#cdd2d9", "#323b48"),
    "idle-text": ("#8b93a0", "#6c7685"),
    "edge": ("#65748a", "#8595ab"),
    "files": ("#0f766e", "#2dd4bf"),
    "order": ("#a7b0be", "#566274"),
    "explained": ("#d97706", "#f59e0b"),
    "different": ("#dc2626", "#f87171"),
    "condition": ("#e0f2fe", "#0c3a5b"),
    "condition-text": ("#075985", "#bae6fd"),
    "manual": ("#fef3c7", "#4a3408"),
    "manual-text": ("#854d0e", "#fde68a"),
    "may-fail": ("#ffe4e6", "#551a26"),
    "may-fail-text": ("#9f1239", "#fecdd3"),
    "environment": ("#dcfce7", "#12402a"),
    "environment-text": ("#166534", "#bbf7d0"),
    "service": ("#ede9fe", "#372a63"),
    "service-text": ("#5b21b6", "#ddd6fe"),
    "turn": ("#e5e7eb", "#343d4a"),
    "turn-text": ("#374151", "#d1d5db"),
    "failing": ("#991b1b", "#b91c1c"),
    "failing-text": ("#fffffe", "#fffffe"),
}
_MARKS = {Role.DELAYED: "manual"}  # like a start by hand; all others have colours of their own
VERDICTS = {  # the colour, and what it says of a job
    Verdict.EXPLAINED: ("explained", "differs as reported"),
    Verdict.DIFFERENT: ("different", "differs, and no loss says so"),
}


def colour(name: str, theme: str) -> str:
    """Return a colour by its name."""
    return PALETTE[name][theme == DARK]


def mark_colours(role: Role, theme: str) -> tuple[str, str]:
    """Return the ground and the text colour of a mark."""
    name = _MARKS.get(role, role.value)
    return colour(name, theme), colour(f"{name}-text", theme)


def dark_style() -> str:
    """Return the style sheet that turns a light SVG dark where the reader's page is."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in PALETTE.values()
        if light != dark
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
