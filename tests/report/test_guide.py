"""Migration guides: what they say, and that the page works from disk and for everybody."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ciconv
from ciconv.catalog.catalog import Catalog
from ciconv.cli.guidance import guide_of
from ciconv.report.guide import Guide, by_message, rows
from ciconv.report.guide_html import render_html
from ciconv.report.guide_markdown import render_markdown
from ciconv.report.inventory import Item, inventory_of
from ciconv.source import Workspace
from oracles import tool

PATH = ".github/workflows/ci.yml"
WORKFLOW = """\
name: 'C<I> & "co"'
on:
  push: {branches: [main]}
  schedule: [{cron: '0 5 * * *'}]
jobs:
  build:
    runs-on: [self-hosted, big]
    steps:
      - run: echo '```' "${{ secrets.TOKEN }}" "${{ vars['REGION'] }}"
      - uses: acme/unknown@v1
        with: {token: '${{ secrets.GITHUB_TOKEN }}'}
  deploy:
    needs: build
    if: github.ref == 'refs/heads/main'
    environment: production
    runs-on: ubuntu-latest
    steps: [{run: make deploy}]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    file = tmp_path / "shop" / PATH
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW, encoding="utf-8")
    return tmp_path / "shop"


@pytest.fixture
def guide(repository: Path) -> Guide:
    """Its guide to another format that needs no program to be read."""
    return guide_of(Workspace.of(repository), "github", None)


def items(target: str) -> list[tuple[str, str, str]]:
    """The inventory without its places."""
    project = ciconv.read({PATH: WORKFLOW}).project
    assert project is not None
    found = inventory_of(project, target, Catalog.builtin())
    return [(one.kind, one.name, one.command) for one in found]


def test_inventory_lists_what_has_to_be_there() -> None:
    """With the command of the target; the token of every run is not among it."""
    assert items("gitlab") == [
        ("secret", "TOKEN", "glab variable set TOKEN --masked --protected"),
        ("variable", "REGION", "glab variable set REGION"),
        (
            "environment",
            "production",
            "glab api --method POST projects/:id/environments --field name=production",
        ),
        (
            "schedule",
            "0 5 * * *",
            "glab schedule create --cron '0 5 * * *' --ref main --description '0 5 * * *'",
        ),
        (
            "runner",
            "big",
            "glab api --method POST user/runners --field runner_type=project_type"
            " --field tag_list=big",
        ),
    ]
    assert ("secret", "TOKEN", "gh secret set TOKEN") in items("github")
    assert {kind for kind, _, _ in items("jenkins")} == {
        *("secret", "variable", "environment", "schedule", "runner"),
    }


CIRCLECI = """\
version: 2.1
jobs:
  push:
    machine: {image: 'ubuntu-2204:current'}
    steps: [checkout, run: echo "$PUSH_TOKEN" | ./push.sh "$REGION_NAME"]
workflows: {main: {jobs: [push]}}
"""


def test_the_inventory_is_that_of_the_outcome() -> None:
    """Settings that scripts read without a word of the pipeline, and no machines that are gone."""
    source = Workspace.of({".circleci/config.yml": CIRCLECI})
    found = guide_of(source, "gitlab", None).inventory
    assert [(one.kind, one.name, [str(at) for at in one.places]) for one in found] == [
        ("secret", "PUSH_TOKEN", [".circleci/config.yml:5:23"]),
        ("variable", "REGION_NAME", [".circleci/config.yml:5:23"]),
    ]


def test_inventory_names_the_places() -> None:
    """Each once."""
    text = WORKFLOW.replace("vars['REGION']", "secrets.TOKEN")
    project = ciconv.read({PATH: text}).project
    assert project is not None
    first: Item = inventory_of(project, "gitlab", Catalog.builtin())[0]
    assert [str(one) for one in first.places] == [f"{PATH}:9:30", f"{PATH}:9:53"]


def test_each_event_has_a_verdict(guide: Guide) -> None:
    """And the number of jobs that it runs."""
    found = {row.event: (row.jobs, row.verdict) for row in rows(guide)}
    assert found["push, branch main"] == (2, "equal")
    assert found["push, branch ciconv-topic"] == (0, "equal")
    assert guide.verdict.endswith("both sides do the same.")


def test_losses_that_say_the_same_stand_together() -> None:
    """With all their places."""
    text = WORKFLOW.replace("run: make deploy", "uses: acme/unknown@v1")
    said = ciconv.convert({PATH: text}, to="nixactions").diagnostics
    found = by_message(one for one in said if one.code == "tool")
    assert [len(places) for places in found.values()] == [2]


def test_markdown(guide: Guide) -> None:
    """Names that mean something to Markdown do not; files are fenced by more backticks."""
    text = render_markdown(guide)
    assert text.startswith("# shop: GitHub Actions to GitHub Actions\n")
    assert "| push, branch main | 2 | equal |" in text
    assert "\n````yml\n" in text
    assert "```mermaid\nflowchart LR\n" in text
    assert "- [ ] **Switch.**" in text
    assert "`gh secret set TOKEN`" in text


class Page(HTMLParser):
    """Collects the ids and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element has."""
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "xlink:href", "src"):
                self.links.append(value or "")


def test_every_link_stays_on_the_page(guide: Guide) -> None:
    """And leads to something; no id stands twice; nothing is fetched."""
    text = render_html(guide)
    page = Page(text)
    assert len(set(page.ids)) == len(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", text)
    assert not {"link", "img", "iframe"} & set(page.tags)
    assert f'<a href="#s0-9">{PATH}:9:30</a>' in text


def test_names_do_not_become_markup(guide: Guide) -> None:
    """Not in texts, titles or pictures."""
    text = render_html(guide)
    assert "C<I>" not in text
    assert "C&lt;I&gt;" in text


@pytest.mark.oracle
def test_a_browser_shows_it(guide: Guide, tmp_path: Path) -> None:
    """Headless Chromium: the script runs from disk, and the page asks for nothing."""
    chromium, file = tool("chromium"), tmp_path / "guide.html"
    file.write_text(render_html(guide).replace("</body>", f"{_PROBE}</body>"), "utf-8")
    done = subprocess.run(
        [
            chromium,
            *_QUIET,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            f"file://{file}",
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    (found,) = re.findall(r'<output id="probe">(.*?)</output>', done.stdout)
    assert found == "requests 0, broken 0, unnamed 0, kept true"


# what a person would try: ticks, links, and that each control has a name
_PROBE = """
<output id="probe"></output>
<script>
const boxes = [...document.querySelectorAll("input")];
boxes[0].click();
const links = [...document.querySelectorAll('a[href^="#"]')];
document.getElementById("probe").textContent = [
  "requests " + performance.getEntriesByType("resource").length,
  "broken " + links.filter((one) => !document.querySelector(one.getAttribute("href"))).length,
  "unnamed " + boxes.filter((one) => !one.labels.length && !one.ariaLabel).length,
  "kept " + (localStorage.getItem("ciconv:" + document.title + ":" + boxes[0].id) === "1"),
].join(", ");
</script>
"""
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
