"""Reads the documentation: its tables, blocks of code, links and words in code style."""

import re
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code: its language and what it holds."""

    language: str
    text: str


@dataclass(frozen=True)
class Page:
    """One Markdown file; `path` is relative to the project."""

    path: Path

    @property
    def text(self):
        return (ROOT / self.path).read_text()

    @property
    def prose(self):
        """The text without its blocks of code."""
        return FENCED.sub("", self.text)

    def section(self, heading):
        """What stands under `heading`, up to the next one of its level or above."""
        level, start = next(
            (len(found[1]), found.end())
            for found in HEADING.finditer(self.text)
            if found[2] == heading
        )
        rest = self.text[start:]
        following = re.search(rf"^#{{1,{level}}} ", rest, re.MULTILINE)
        return rest[: following.start()] if following else rest

    def table(self, heading):
        """The rows of the first table under `heading`, each a list of cells."""
        lines = dropwhile(lambda line: not line.startswith("|"), self.section(heading).splitlines())
        rows = [split(line) for line in takewhile(lambda line: line.startswith("|"), lines)]
        assert len(rows) > 2, f"no table under “{heading}” in {self.path}"
        return rows[2:]

    def codes(self, heading, column=0):
        """The words in code style in one column of the table under `heading`, in its order."""
        return [word for row in self.table(heading) for word in CODE.findall(row[column])]

    def blocks(self, heading=None):
        """The blocks of code, of one section or of the whole page."""
        text = self.section(heading) if heading else self.text
        return [Block(*found) for found in FENCED.findall(text)]

    def links(self):
        """The targets of all links and pictures."""
        return LINK.findall(self.prose)

    def anchors(self):
        """The names by which links reach headings, made as GitHub makes them."""
        headings = [found[2] for found in HEADING.finditer(self.prose)]
        return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def split(line):
    """The cells of one line of a table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def pages():
    """Every Markdown file of the project."""
    top = [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")]
    kept = [path.relative_to(ROOT) for path in top if "node_modules" not in path.parts]
    return [Page(path) for path in sorted(kept)]


README = Page(Path("README.md"))
API = Page(Path("docs/api.md"))
STATES = Page(Path("docs/states.md"))
OPERATIONS = Page(Path("docs/operations.md"))
ARCHITECTURE = Page(Path("docs/architecture.md"))
CHANGELOG = Page(Path("CHANGELOG.md"))
IMPORTING = Page(Path("docs/importing.md"))
