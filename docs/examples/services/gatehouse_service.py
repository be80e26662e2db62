"""Who sent a request to this service, and whether that caller may (docs/services.md).

    guard = Gatehouse("https://sso.example.com", "orders")
    answer = guard.authorize(environ, "orders:GetOrder", arn, body)
    if not answer.allowed: ...   # answer.status, answer.say; answer.log is for your log only

Standard library and botocore. The service's own credentials are those that botocore finds.
"""

import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


@dataclass(frozen=True)
class Answer:
    allowed: bool = False
    status: int = 503
    say: str = "Nobody can be authorized at this moment. Try again in a moment."
    caller: dict | None = None
    decision: str = ""
    log: dict = field(default_factory=dict)


class Gatehouse:
    def __init__(self, url, service, region="us-east-1", timeout=6):
        self.url, self.service, self.region, self.timeout = url.rstrip("/"), service, region, timeout
        self.session = botocore.session.get_session()

    def authorize(self, environ, action, resource="*", body=b"", context=None):
        """Asks about a WSGI request. `body`: its bytes, as they were received. Never raises."""
        headers = [[name[5:].replace("_", "-").lower(), value]
                   for name, value in environ.items() if name.startswith("HTTP_") and name != "HTTP_COOKIE"]
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(name):
                headers.append([name.replace("_", "-").lower(), environ[name]])
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if target is None:
            # PATH_INFO is decoded, and what was signed can not be told from it.
            return Answer(log={"Code": "NoRawTarget"})
        path, _, query = target.partition("?")
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        proof = {"Bearer": token.strip()} if scheme.lower() == "bearer" else {
            "Request": {"Method": environ["REQUEST_METHOD"], "Path": path, "Query": query,
                        "Headers": headers, "PayloadHash": hashlib.sha256(body).hexdigest()}}
        return self._ask({
            "Version": "2026-11-29",
            "Service": self.service,
            **proof,
            "From": {"SourceIp": environ.get("REMOTE_ADDR", ""),
                     "Secure": environ["wsgi.url_scheme"] == "https",
                     "UserAgent": environ.get("HTTP_USER_AGENT", "")[:1024]},
            "Questions": [{"Id": "1", "Action": action, "Resource": resource,
                           "Context": {key: [value] if isinstance(value, str) else list(value)
                                       for key, value in (context or {}).items()}}],
        })

    def _ask(self, asked):
        request = AWSRequest("POST", f"{self.url}/authorize", data=json.dumps(asked).encode(),
                             headers={"content-type": "application/json"})
        try:
            credentials = self.session.get_credentials().get_frozen_credentials()
            SigV4Auth(credentials, "gatehouse", self.region).add_auth(request)
            sent = urllib.request.Request(request.url, request.body, dict(request.headers), method="POST")
            with urllib.request.urlopen(sent, timeout=self.timeout) as answer:
                answered = json.load(answer)
            first = answered["Answers"][0]
            return Answer(first["Verdict"] == "allow", first["Status"], first["Say"],
                          answered.get("Caller"), answered["Decision"], first["Log"])
        except urllib.error.HTTPError as error:
            return Answer(log={"Code": "NotAnswered", "Detail": error.read(2000).decode(errors="replace")})
        except Exception as error:  # Fail closed, whatever it is.
            return Answer(log={"Code": "NotAnswered", "Detail": repr(error)})
