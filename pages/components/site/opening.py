"""The first document of a page: Streamlit's own, told where the site lies.

Without that, Streamlit's script asks for `_stcore/health` below the page's own address first, and gets a 404 for every link to a page.
It also puts an entry into the browser's history whenever the address changes, and going back to such an entry changes nothing: choices
replace the entry of their page, pages get one each.
"""

from functools import cache

from pages.components.site.scripts import FOLDER

SCRIPT = """<script>
(() => {
  const page = "PAGE"
  const path = location.pathname.replace(/\\/+$/, "")
  const site = location.origin + (page && path.endsWith("/" + page) ? path.slice(0, -page.length - 1) : path)
  window.__streamlit = { ...window.__streamlit, BACKEND_BASE_URL: site, MAIN_PAGE_BASE_URL: site }
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    const to = new URL(address ?? location.href, location.href)
    return to.pathname === location.pathname ? history.replaceState(state, title, address) : push(state, title, address)
  }
})()
</script>
"""


@cache
def document(page: str) -> bytes:
    """The document that opens a page (empty: the first one)."""
    text = (FOLDER / "index.html").read_text(encoding="utf-8")
    head, found, rest = text.partition("<head>")
    assert found, "Streamlit's index.html has no head"
    rest = rest.replace("<title>Streamlit</title>", "<title>TriadCXR</title>")
    return f"{head}{found}\n{SCRIPT.replace('PAGE', page)}{rest}".encode()
