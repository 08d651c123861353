"""Holds raw answers to botocore's service models: unknown or missing members and wrong types are faults."""

import io
import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime

from botocore.parsers import RpcV2CBORParser


def faults(operation, response):
    """The ways in which the raw `response` departs from the output shape of `operation`."""
    protocol = operation.service_model.resolved_protocol
    body = response["body"]
    if response["status_code"] >= 300:
        return []
    if operation.output_shape is None:
        return [f"{operation.name}: a body, but no output"] if body else []
    payload = operation.output_shape.serialization.get("payload")
    if payload and operation.output_shape.members[payload].type_name == "blob":
        return list(document_faults(operation, response))
    if protocol == "query":
        root = ElementTree.fromstring(body)
        result = root.find(f"{{*}}{operation.name}Result")
        if result is None:
            return [f"{operation.name}: no {operation.name}Result"]
        return list(xml_faults(operation.output_shape, result, operation.name))
    if protocol == "smithy-rpc-v2-cbor":
        reader = RpcV2CBORParser().get_peekable_stream_from_bytes(body)
        document = RpcV2CBORParser().parse_data_item(reader)
    else:
        document = json.load(io.BytesIO(body))
    return list(json_faults(operation.output_shape, document, operation.name, protocol))


def document_faults(operation, response):
    """Of an answer whose body is a document: what else the model has comes in headers."""
    if not response["body"]:
        yield f"{operation.name}: no body"
    for name, member in operation.output_shape.members.items():
        header = member.serialization.get("name")
        if member.serialization.get("location") == "header" and header not in response["headers"]:
            yield f"{operation.name}.{name}: no header {header}"


def json_faults(shape, value, at, protocol):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            yield f"{at}: {value!r} is no structure"
            return
        wire_names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        for key, item in value.items():
            if key not in wire_names:
                yield f"{at}.{key}: not in the model"
            elif item is None:
                yield f"{at}.{key}: null"
            else:
                yield from json_faults(shape.members[wire_names[key]], item, f"{at}.{key}", protocol)
        for wire_name, name in wire_names.items():
            if name in shape.required_members and wire_name not in value:
                yield f"{at}.{wire_name}: required, but absent"
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{at}: {value!r} is no list"
            return
        for index, item in enumerate(value):
            yield from json_faults(shape.member, item, f"{at}[{index}]", protocol)
    elif kind == "map":
        if not isinstance(value, dict):
            yield f"{at}: {value!r} is no map"
            return
        for key, item in value.items():
            yield from json_faults(shape.value, item, f"{at}.{key}", protocol)
    elif not scalar_fits(shape, value, protocol):
        yield f"{at}: {value!r} is no {kind}"
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{at}: {value!r} is none of {shape.enum}"


def scalar_fits(shape, value, protocol):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match shape.type_name:
        case "timestamp" if protocol == "smithy-rpc-v2-cbor":
            return isinstance(value, datetime)
        case "timestamp" if shape.serialization.get("timestampFormat") == "iso8601":
            return is_iso_time(value)
        case "timestamp":
            return is_number
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "double" | "float" if protocol == "smithy-rpc-v2-cbor":
            # The specification has doubles as doubles: integers would be read by lenient clients only.
            return isinstance(value, float)
        case "double" | "float":
            return is_number
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
    return False


def xml_faults(shape, element, at):
    if shape.type_name != "structure":
        if len(element):
            yield f"{at}: has children, but is a {shape.type_name}"
        elif shape.type_name == "timestamp" and not is_iso_time(element.text):
            yield f"{at}: {element.text!r} is no time"
        return
    seen = set()
    for child in element:
        name = child.tag.split("}")[-1]
        seen.add(name)
        if name in shape.members:
            yield from xml_faults(shape.members[name], child, f"{at}.{name}")
        else:
            yield f"{at}.{name}: not in the model"
    for name in shape.required_members:
        if name not in seen:
            yield f"{at}.{name}: required, but absent"


def is_iso_time(value):
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
