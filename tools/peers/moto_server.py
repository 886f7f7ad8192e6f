"""moto's server, in which of two conditional requests at once the second sees what the first wrote, as S3 does: moto
itself looks and writes in two steps. moto_server.py PORT
"""

import sys
from threading import Lock

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

app = DomainDispatcherApplication(create_backend_app)
app.debug = True
turn = Lock()


def answer(environ, start_response):
    if 'HTTP_IF_NONE_MATCH' not in environ and 'HTTP_IF_MATCH' not in environ:
        return app(environ, start_response)
    with turn:
        return app(environ, start_response)


run_simple('127.0.0.1', int(sys.argv[1]), answer, threaded=True)
