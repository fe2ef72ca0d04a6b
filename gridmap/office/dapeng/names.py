"""The names of the made-up Dapeng, in one language."""

from __future__ import annotations

from gridmap.words import say


class Names:
    """Names of communities, groups, units, streets and people; the communities' are public, all others invented."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.communities = self._list("dapeng.communities")
        self.trades = self._list("dapeng.trades")
        self.units = self._list("dapeng.units")
        self._groups = self._list("dapeng.groups")
        self._numbers = self._list("dapeng.numbers")

    def say(self, code: str, **inputs: object) -> str:
        """Return a sentence of the catalogue in the language of these names."""
        return say(code, self._lang, **inputs)

    def cell(self, code: str) -> str:
        """Return the name of the cell with this code."""
        community = self.communities[int(code[9:12]) - 1]
        if len(code) == 12:
            return self.say("dapeng.big_name", community=community)
        number = int(code[12])
        pengcheng = int(code[9:12]) == 2
        group = self._groups[number - 1] if pengcheng else self.say("dapeng.group", number=self._numbers[number - 1])
        if len(code) == 13:
            return self.say("dapeng.middle_name", community=community, group=group)
        return self.say("dapeng.small_name", community=community, group=group, small=code[13:])

    def _list(self, code: str) -> list[str]:
        return self.say(code).split(" | ")
