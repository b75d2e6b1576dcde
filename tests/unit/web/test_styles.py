"""Stylesheets and scripts keep to what old browsers and the security policy take."""

import re
from pathlib import Path

import pytest

from billing_entrypoints.web.assets import STATIC_FOLDER
from billing_entrypoints.web.templating import TEMPLATES

STYLES = sorted((STATIC_FOLDER / "css").glob("*.css"))
SCRIPTS = sorted((STATIC_FOLDER / "js").rglob("*.js"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
LINES_MAX = 400
# Of staff, and of owners beside those of WeUI.
TOKENS = {"tokens.css", "owner_tokens.css"}
# Chrome 109 and Safari 15.4 are the oldest that staff still have.
TOO_NEW = (
    "light-dark(",
    "color-mix(",
    "@layer",
    "@container",
    "subgrid",
    ":popover",
    "&",
    "@scope",
)
# They need eval or inline code, which the policy forbids.
FORBIDDEN = re.compile(
    r"hx-on|=\"js:|javascript:|<style|\sstyle=|\son[a-z]+=|hx-trigger=\"[^\"]*\["
)


class TestStyles:
    @pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
    def test_use_nothing_too_new(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")

        assert [word for word in TOO_NEW if word in text] == []
        assert not is_nested(text)

    @pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
    def test_take_colours_from_the_tokens(self, path: Path) -> None:
        """Paper is white and black whatever the screen is."""
        if path.name not in {*TOKENS, "print.css", "poster.css"}:
            assert (
                re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text(encoding="utf-8")) == []
            )

    def test_know_every_token_that_they_use(self) -> None:
        text = "".join(path.read_text(encoding="utf-8") for path in STYLES)

        used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
        made = set(re.findall(r"(--[a-z0-9-]+):", text))
        assert used <= made
        assert made - used == set()

    @pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
    def test_are_linked_by_a_page(self, path: Path) -> None:
        pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)

        assert f'"{path.stem}"' in pages or f"css/{path.name}" in pages

    @pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
    def test_fit_a_file(self, path: Path) -> None:
        assert path.read_text(encoding="utf-8").count("\n") <= LINES_MAX


class TestTemplates:
    @pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
    def test_hold_no_code_that_the_policy_forbids(self, path: Path) -> None:
        assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def is_nested(style: str) -> bool:
    """Tell whether a rule stands inside another one that is no at-rule."""
    open_rules: list[str] = []
    for token in re.finditer(r"([^{};]*)\{|\}", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)):
        if token[0] == "}":
            open_rules.pop()
            continue
        if any(not rule.startswith("@") for rule in open_rules):
            return True
        open_rules.append(token[1].strip())
    return False


class TestIsNested:
    def test_sees_a_rule_in_a_rule(self) -> None:
        assert is_nested(".a { .b { color: red; } }")
        assert not is_nested("@media print { .a { color: red; } } .b { top: 0; }")
