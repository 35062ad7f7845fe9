# Canaille with the paths of Ory in front of its own, on a free port, with one user. Registration is open to all, unless
# `--demanding` is given: then it needs an initial access token.

import os
import sys
import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

from canaille import create_app
from canaille.app import models
from canaille.oidc.jose import build_client_management_token, make_default_rsa_jwk
from werkzeug.serving import make_server

# Ory's paths and Canaille's. Responses pass unchanged, with Canaille's own paths in them.
PATHS = {
    "/oauth2/register": "/oauth/register",
    "/oauth2/sessions/logout": "/oauth/end_session",
    "/userinfo": "/oauth/userinfo",
}


def initial_access_token(_):
    # As the command `canaille jwt registration` prints it.
    return build_client_management_token("client:register", timedelta(hours=1))


def authorization_code(query):
    # What a login in the browser would have led to, for which the tests would have to fill in forms.
    (client,) = app.backend.query(models.Client, client_id=query["client_id"])
    (alice,) = app.backend.query(models.User, user_name="alice")
    code = os.urandom(24).hex()
    now = datetime.now(timezone.utc)
    app.backend.save(
        models.AuthorizationCode(
            authorization_code_id=os.urandom(24).hex(),
            code=code,
            subject=alice,
            client=client,
            redirect_uri=client.redirect_uris[0],
            scope=["openid", "email", "profile"],
            nonce=query["nonce"],
            issue_date=now,
            lifetime=600,
            auth_time=now,
            amr=["pwd"],
        )
    )
    return code


# Addresses of the tests, not of Canaille.
SHORTCUTS = {"/initial-access-token": initial_access_token, "/authorization-code": authorization_code}


# Tests share a server, and Canaille's database in memory is for one thread at a time.
ONE_AT_A_TIME = threading.Lock()


def at_the_paths_of_ory(app):
    def renamed(environ, start_response):
        path = environ["PATH_INFO"]
        if path in SHORTCUTS:
            query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
            with ONE_AT_A_TIME, app.app_context():
                text = SHORTCUTS[path](query)
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [text.encode()]
        for ours, theirs in PATHS.items():
            if path == ours or path.startswith(ours + "/"):
                environ["PATH_INFO"] = theirs + path.removeprefix(ours)
        with ONE_AT_A_TIME:
            return app(environ, start_response)

    return renamed


# The port first: Canaille redirects requests for any other host name to its own.
server = make_server("127.0.0.1", 0, app=None, threaded=True)
host = f"127.0.0.1:{server.port}"
config = {
    "SECRET_KEY": "not a secret",
    "SERVER_NAME": host,
    "PREFERRED_URL_SCHEME": "http",
    "CANAILLE": {"DATABASE": "memory"},
    "CANAILLE_OIDC": {"DYNAMIC_CLIENT_REGISTRATION_OPEN": "--demanding" not in sys.argv},
}
if "--odd-key" in sys.argv:
    # Canaille looks at the others than the first RSA key when it uses them, and fails then.
    config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [make_default_rsa_jwk().as_dict(private=True), {"kty": "odd"}]
app = create_app(config)
with app.app_context():
    alice = models.User(user_name="alice", password="wonderland", formatted_name="Alice", family_name="Liddell")
    alice.emails = ["alice@app.example"]
    app.backend.save(alice)
server.app = at_the_paths_of_ory(app)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"listening at http://{host}", flush=True)

# It ends with the test that started it, however that ends.
sys.stdin.read()
os._exit(0)
