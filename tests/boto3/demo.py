"""A running `apigw demo --listen`, and boto3 clients whose every answer is held to the service models."""

import copy
import os
import subprocess
import threading
import xml.etree.ElementTree as ElementTree
from collections import Counter

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

import wire

KEYS = {"aws_access_key_id": "AKIADEMODEMODEMODEMO", "aws_secret_access_key": "any"}

model_faults = []
validated = Counter()


class Demo:
    """A running `apigw demo --listen`."""

    def __init__(self, binary, *arguments):
        self.binary = binary
        # Nothing of the caller's AWS settings may leak in.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command = [binary, "demo", "--listen", "127.0.0.1:0", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        watchdog = threading.Timer(30, self.process.kill)
        watchdog.start()
        self.url = self.process.stdout.readline().strip()
        watchdog.cancel()
        if not self.url.startswith("http://127.0.0.1:"):
            self.process.kill()
            raise SystemExit(f"{' '.join(command)} printed {self.url!r} instead of its URL")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def client(self, service, region="eu-west-1", cbor=False, signed=True, **keys):
        session = botocore.session.Session()
        if cbor:
            speak_cbor(session)
        config = Config(
            retries={"total_max_attempts": 1},
            parameter_validation=False,
            read_timeout=20,
            proxies={},
            signature_version=None if signed else UNSIGNED,
        )
        client = session.create_client(
            service,
            region_name=region,
            endpoint_url=self.url,
            config=config,
            **({**KEYS, **keys} if signed else {}),
        )
        client.meta.events.register("before-parse", validate)
        return client


def speak_cbor(session):
    """boto3 prefers JSON for CloudWatch; this leaves it CBOR only."""
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def only_cbor(name, kind, api_version=None):
        model = load(name, kind, api_version)
        if name == "cloudwatch" and kind == "service-2":
            model = copy.deepcopy(model)
            model["metadata"]["protocols"] = ["smithy-rpc-v2-cbor"]
        return model

    loader.load_service_model = only_cbor


def validate(operation_model, response_dict, **_):
    try:
        found = wire.faults(operation_model, response_dict)
    except (ValueError, ElementTree.ParseError):
        # Garbage, which the client reports by itself.
        return
    validated[f"{operation_model.service_model.service_name}.{operation_model.name}"] += 1
    model_faults.extend(found)


def pages(client, operation, size, **arguments):
    config = {"PageSize": size} if size else {}
    result = client.get_paginator(operation).paginate(**arguments, PaginationConfig=config)
    key = {"list_metrics": "Metrics"}.get(operation)
    for page in result:
        yield from page[key or ("Items" if "Items" in page else "items")]


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        described = error.response["Error"]
        return error.response["ResponseMetadata"]["HTTPStatusCode"], described["Code"], described["Message"]
    return None


def refused(call, status, code, **arguments):
    error = error_of(call, **arguments)
    assert error is not None and error[:2] == (status, code), f"{error} instead of {(status, code)}"
    return error[2]
