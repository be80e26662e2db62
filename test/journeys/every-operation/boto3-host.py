"""boto3 as a program keeps it: one process, a client for each service and key. Every line of standard input is a call."""
import base64
import datetime
import json
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

ORIGIN, REGION = sys.argv[1:3]
clients = {}


def client(service, keys):
    name = (service, keys and keys["AccessKeyId"])
    if name not in clients:
        given = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"],
                 "aws_session_token": keys.get("SessionToken")} if keys else {}
        unsigned = {} if keys else {"signature_version": UNSIGNED}
        clients[name] = boto3.client(service, endpoint_url=ORIGIN, region_name=REGION, config=Config(retries={"max_attempts": 0}, **unsigned), **given)
    return clients[name]


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value))


def call(asked):
    one = client(asked["service"], asked.get("keys"))
    method = {operation: method for method, operation in one.meta.method_to_api_mapping.items()}[asked["operation"]]
    try:
        if "pageSize" in asked:
            pages = one.get_paginator(method).paginate(**asked["input"], PaginationConfig={"PageSize": asked["pageSize"]})
            return {"json": pages.build_full_result()}
        answer = getattr(one, method)(**asked["input"])
        return {"requestId": answer.pop("ResponseMetadata")["RequestId"], "json": answer}
    except ClientError as error:
        metadata, told = error.response["ResponseMetadata"], error.response["Error"]
        return {"code": told["Code"], "message": told["Message"], "status": metadata["HTTPStatusCode"], "requestId": metadata["RequestId"]}


for line in sys.stdin:
    asked = json.loads(line)
    if "knows" in asked:
        told = client(asked["knows"], None).meta.service_model.operation_names
    elif "presigned" in asked:
        told = client("sts", asked["keys"]).generate_presigned_url(asked["presigned"], ExpiresIn=60, HttpMethod="GET")
    else:
        told = call(asked)
    print(json.dumps(told, default=plain), flush=True)
