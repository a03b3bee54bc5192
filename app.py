"""TriadCXR: the list of pages and the frame around them; nothing else. Start it with `make demo` or `streamlit run app.py`."""

import streamlit as st

from pages.components.frame.menu import menu

st.session_state["_menu"] = True
menu().run()
