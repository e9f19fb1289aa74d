"""Home: a network that reads what is drawn, what to try next, and the digits. Also where the server starts.

``streamlit run app.py`` finds ``app`` by reading this file, and imports it once, which is no visitor's run of the page.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from starlette.middleware import Middleware

    from nnlab.ui import at_rest, first_style, headers, kept, routes, uploads

    kept.start()
    at_rest.start()
    wrapped = [Middleware(each) for each in (headers.Headers, first_style.FirstStyle, uploads.Room)]
    app = st.App(__file__, routes=routes.routes(), middleware=wrapped)
else:
    from nnlab.ui import shell
    from nnlab.ui.components import greeting
    from nnlab.ui.home import page as home

    shell.page("home")
    greeting.show()
    home.show_things_to_try()
    st.divider()
    home.show_data()
