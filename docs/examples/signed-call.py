"""Proves to an app which role's session this is: prints a subject token for token exchange.

Usage: signed-call.py PUBLIC_URL CLIENT_ID, with temporary credentials in the environment.
"""
import sys
from urllib.parse import urlencode
from uuid import uuid4

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

public_url, client_id = sys.argv[1:]
query = urlencode(
    {
        "Action": "GetCallerIdentity",
        "Version": "2011-06-15",
        "Audience": client_id,
        "Nonce": uuid4(),
    }
)
request = AWSRequest(method="GET", url=f"{public_url}/?{query}")
credentials = botocore.session.get_session().get_credentials()
SigV4QueryAuth(credentials, "sts", "us-east-1", expires=60).add_auth(request)
print(request.url)
