"""axe-core on the page as it stands: desktop and 320 px, light and dark."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

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
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
STATES = ((DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark"))


def assert_accessible(page: Page) -> None:
    """No violation in any of the four states, and no sideways scrolling on a phone."""
    page.evaluate(AXE)
    for viewport, scheme in STATES:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(SETTLED)
        found = page.evaluate(RUN, RULES[scheme])["violations"]
        assert not found, f"{page.url} {viewport['width']} px {scheme}: {_told(found)}"
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], (
            f"{page.url} is {width} px wide at {viewport['width']} px"
        )
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


def _told(violations: list[dict[str, object]]) -> list[str]:
    return [
        f"{found['id']}: {[node['html'][:160] for node in found['nodes'][:2]]}"
        for found in violations
    ]  # type: ignore[index,attr-defined]
