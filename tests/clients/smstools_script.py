"""Owns what the PyPI client `smstools-api-client` is made to do; run by that client's own Python, never by ours.

Usage: python smstools_script.py URL CLIENT_ID CLIENT_SECRET < calls.json > results.json
Each call is [operation, model of its body or null, fields or arguments]; each result is {"value"} or {"error"}.
"""

import json
import sys

import smstools.models
from pydantic import ValidationError
from smstools.exceptions import ApiException
from smstools.smstools import Smstools


def plain(value):
    """A model as JSON values."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "raw_data"):
        return json.loads(value.raw_data)
    return value.to_dict() if hasattr(value, "to_dict") else value


def call(client, operation, model, fields):
    """One operation, as a program that uses the client would call it."""
    method = getattr(client, operation)
    try:
        if model is None:
            return {"value": plain(method(**fields))}
        return {"value": plain(method(getattr(smstools.models, model)(**fields)))}
    except ApiException as error:
        return {"error": {"kind": type(error).__name__, "status": error.status, "body": error.body}}
    except (ValidationError, ValueError, TypeError, AttributeError) as error:
        return {"error": {"kind": type(error).__name__, "words": str(error)}}


def main(url, client_id, client_secret):
    """Make every call that standard input names, with one client."""
    client = Smstools(client_id, client_secret)
    client.api_client.configuration.host = url
    results = [call(client, *one) for one in json.load(sys.stdin)]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
