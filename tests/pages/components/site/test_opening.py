"""The first document."""

from pages.components.site.opening import document


def test_streamlit_is_told_where_the_site_lies_before_its_script_runs():
    for page in ("", "trade_offs"):
        text = document(page).decode()
        assert text.index("BACKEND_BASE_URL") < text.index('type="module"')
        assert f'const page = "{page}"' in text
        assert "<title>TriadCXR</title>" in text
