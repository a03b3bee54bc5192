"""TriadCXR: the list of pages, the frame around them and the door before them; nothing else. `make demo` or `streamlit run app.py`."""

import streamlit as st

if __name__ == "__main__":  # a session: Streamlit runs this script for every page
    from pages.components.frame.menu import menu

    st.session_state["_menu"] = True
    menu().run()
else:  # the server: `streamlit run` finds `app`, and asks it for every address
    from starlette.middleware import Middleware

    from pages.components.reading.serving import reading_routes
    from pages.components.site.door import Door
    from pages.components.site.guard import Guard
    from pages.components.viewer.serving import viewer_routes

    base = st.get_option("server.baseUrlPath") or ""
    app = st.App(
        __file__, routes=[*viewer_routes(base), *reading_routes(base)], middleware=[Middleware(Guard), Middleware(Door, base=base)]
    )
