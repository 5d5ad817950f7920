"""Outcomes of losses as reports show them: the most urgent first, and what each means."""

from ciconv.profile import Outcome

ORDER = (Outcome.MANUAL, Outcome.APPROXIMATED, Outcome.DROPPED, Outcome.LOWERED)
MEANING = {
    Outcome.MANUAL: "you have to create, click or write something",
    Outcome.APPROXIMATED: "behaves differently in the way that is named",
    Outcome.DROPPED: "gone; it changes no command, no right and no gate",
    Outcome.LOWERED: "does the same, written in another way",
}
