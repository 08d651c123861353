"""Makes a user, an HTTP API and a chain of roles in the emulator that checks credentials, and writes AWS files for them."""

import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

REGION = "eu-west-1"
EXTERNAL_ID = "apigw-5f0c2d"
PATIENCE = 30.0


def client(service):
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return boto3.client(
        service, region_name=REGION, endpoint_url=os.environ["APIGW_MINISTACK_AUTH_URL"], config=config,
    )


def wait_until_it_answers():
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


READER = document(Action=["sts:AssumeRole", "apigateway:GET"], Resource="*")


def role(name, principal, **condition):
    iam = client("iam")
    trust = document(Principal={"AWS": principal}, Action="sts:AssumeRole", **condition)
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="reader", PolicyDocument=READER)
    return arn


def main():
    account = wait_until_it_answers()
    iam = client("iam")
    user = iam.create_user(UserName="ana")["User"]["Arn"]
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    iam.put_user_policy(UserName="ana", PolicyName="reader", PolicyDocument=READER)
    deployer = role("deployer", user, Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}})
    operator = role("operator", deployer)
    releaser = role("releaser", operator)
    api = client("apigatewayv2").create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    made = {
        "region": REGION, "account": account, "api": api, "user": user, "external_id": EXTERNAL_ID,
        "access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"],
        "deployer": deployer, "releaser": releaser,
    }
    with open(os.environ["APIGW_MINISTACK_IDENTITIES"], "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
    with open(os.environ["APIGW_MINISTACK_CONFIG"], "w", encoding="utf-8") as file:
        file.write(f"""[profile base]
aws_access_key_id = {key["AccessKeyId"]}
aws_secret_access_key = {key["SecretAccessKey"]}
[profile deployer]
role_arn = {deployer}
external_id = {EXTERNAL_ID}
source_profile = base
[profile operator]
role_arn = {operator}
source_profile = deployer
""")


main()
