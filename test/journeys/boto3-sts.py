"""The STS and IAM operations as boto3 calls them. Prints one line of JSON: what each answered, or the code of its refusal."""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ORIGIN, KEY, SECRET = sys.argv[1:4]
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]})


def client(service, credentials=None):
    keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
    if credentials:
        keys = {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"],
                "aws_session_token": credentials["SessionToken"]}
    return boto3.client(service, endpoint_url=ORIGIN, region_name="eu-central-1", config=Config(retries={"max_attempts": 0}), **keys)


def code(call, **parameters):
    try:
        call(**parameters)
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]


sts, iam = client("sts"), client("iam")
told = {"user": sts.get_caller_identity()["Arn"]}
role = iam.create_role(RoleName="Batch", Path="/jobs/", AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "team", "Value": "risk"}])["Role"]
told["trust"] = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
iam.put_role_policy(RoleName="Batch", PolicyName="read", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:List*", "iam:GetRole"], "Resource": "*"}]}))
assumed = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="nightly", DurationSeconds=900, Policy=POLICY, SourceIdentity="scheduler",
                          Tags=[{"Key": "run", "Value": "é 7"}], TransitiveTagKeys=["run"])
told["assumed"] = [assumed["AssumedRoleUser"]["Arn"], assumed["SourceIdentity"], assumed["PackedPolicySize"] > 0]
session = assumed["Credentials"]
told["session"] = [code(client("iam", session).list_roles), code(client("iam", session).list_users), code(client("sts", session).get_session_token)]
federated = sts.get_federation_token(Name="partner", Policy=POLICY, DurationSeconds=900)
told["federated"] = [federated["FederatedUser"]["Arn"], code(client("iam", federated["Credentials"]).list_roles)]
own = sts.get_session_token(DurationSeconds=900)["Credentials"]
told["own"] = [client("sts", own).get_caller_identity()["Arn"], code(client("iam", own).list_roles)]
told["key"] = sts.get_access_key_info(AccessKeyId=session["AccessKeyId"])["Account"]
told["pages"] = sum(len(page["Roles"]) for page in iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1}))
told["absent"] = code(iam.get_role, RoleName="Nobody")
iam.delete_role_policy(RoleName="Batch", PolicyName="read")
iam.delete_role(RoleName="Batch")
told["ended"] = code(client("sts", session).get_caller_identity)
presigned = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
told["presigned"] = presigned
print(json.dumps(told))
