"""Reads a page as a browser would, to ask of it what every page must be."""

from __future__ import annotations

import functools
import re
from collections import Counter
from html.parser import HTMLParser

#: Elements that stand without an end tag.
_EMPTY = frozenset({"meta", "br", "input", "path", "rect", "link", "img", "hr"})
_LOADING = ("src", "srcset", "data", "poster", "action", "background")


class Page(HTMLParser):
    """A page, parsed: its ids, its links, its words, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> stays open" for tag in self._open]
        self.wrong += [f"{count} have the id {one}" for one, count in Counter(self.ids).items() if count > 1]
        self.wrong += [
            f"a link to {one} leads nowhere" for one in self.links if one[0] == "#" and one[1:] not in self.ids
        ]

    @functools.cached_property
    def text(self) -> str:
        """The words of the page, on one line; a space that does not break stays one."""
        return re.sub(r"[ \n]+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _EMPTY:
            self._open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.links.append(value or "?")
            if name in _LOADING or name.startswith("on") or (name == "href" and tag != "a") or tag == "script":
                self.wrong.append(f"<{tag} {name}={value}> loads or runs something")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.wrong += [f"the style has {one}" for one in ("@import", "url(") if one in data.replace("url(#", "")]
        else:
            self.words.append(data)
