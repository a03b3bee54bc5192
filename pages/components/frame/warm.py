"""Opens one session of a server that was just started: `python -m pages.components.frame.warm http://127.0.0.1:8501`.

The first session pays for the imports, and until it has run Streamlit shows its own list of the files in `pages/` instead of our menu.
"""

import sys

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def warm(url: str, patience: float = 60.0) -> None:
    """Runs the overview once, as a browser would.

    Raises:
        OSError, TimeoutError: the server does not answer.
    """
    address = url.replace("http", "ws", 1).rstrip("/") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], origin=url.rstrip("/"), max_size=None) as session:  # type: ignore[list-item,arg-type]
        request = BackMsg()
        request.rerun_script.query_string = ""
        session.send(request.SerializeToString())
        answer = ForwardMsg()
        while answer.WhichOneof("type") != "script_finished":
            answer.ParseFromString(session.recv(timeout=patience))  # type: ignore[arg-type]


if __name__ == "__main__":
    warm(sys.argv[1])
