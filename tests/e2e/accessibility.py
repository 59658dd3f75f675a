"""axe-core on the page as it stands: desktop and 320 px, light and dark.

A scheme gives the same colours to what is dressed alike: a page is judged in the dark one if something in it wears what nothing judged
so far in this process wore, in the same place.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, ViewportSize

Scheme = Literal["light", "dark"]
AXE = Path(AXE_FILE_PATH).read_text()
#: a scheme changes colours and nothing else: what stands in the page is judged in the light one
RULES = {
    "light": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    },
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
RUN = "only => axe.run({runOnly: only, resultTypes: ['violations']})"
#: two frames for the scheme to be applied, then what fades from one to the other is brought to its end
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  document.getAnimations().forEach((one) => one.finish());
  requestAnimationFrame(done);
})))"""
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 800}
#: what a rule of style may look at in each element, and in the nearest that holds it and bears a class; of a picture, what draws it
WORN = """() => {
  const states = [':disabled', ':checked', '[open]', '[aria-current]', '[aria-selected="true"]', '[aria-invalid]'];
  const worn = (one) => one && [
    one.localName, one.type || '', ...[...one.classList].sort(), ...states.filter((state) => one.matches(state)),
  ].join('.');
  const seen = [...document.querySelectorAll('body *:not(svg *)')].map((one) =>
    worn(one.parentElement.closest('[class]')) + ' > ' + worn(one) + (one.localName === 'svg' ? one.innerHTML : ''));
  return [...new Set(seen)];
}"""
#: what sticks out of the page
WIDE = """() => [...document.querySelectorAll('body *')].filter((one) => one.scrollWidth > document.documentElement.clientWidth)
  .slice(-3).map((one) => one.outerHTML.slice(0, 160))"""
#: what was judged in the dark
_judged: set[str] = set()


def assert_accessible(page: Page) -> None:
    """No violation in any of the four states, and no sideways scrolling on a phone."""
    page.evaluate(AXE)
    worn = set(page.evaluate(WORN))
    schemes: Sequence[Scheme] = ("light", "dark") if worn - _judged else ("light",)
    for scheme in schemes:
        for viewport in (DESKTOP, PHONE):
            _judge(page, viewport, scheme)
    _judged.update(worn)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


def _judge(page: Page, viewport: ViewportSize, scheme: Scheme) -> None:
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(SETTLED)
    found = page.evaluate(RUN, RULES[scheme])["violations"]
    assert not found, f"{page.url} {viewport['width']} px {scheme}: {_told(found)}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"], (
        f"{page.url} is {width} px wide at {viewport['width']} px: {page.evaluate(WIDE)}"
    )


def _told(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{found['id']}: {[node['html'][:160] for node in found['nodes'][:2]]}"
        for found in violations
    ]
