#!/bin/sh
# Drives the embedded AWS with boto3, a client that shares nothing with this project, and checks every answer against
# botocore's service models. Needs python3 and, for the first run, PyPI. APIGW names another binary than the dev build.
set -eu
cd "$(dirname "$0")/../.."
home=target/boto3
if ! cmp -s tests/boto3/requirements.txt "$home/installed.txt"; then
    rm -rf "$home/venv"
    mkdir -p "$home"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check -r tests/boto3/requirements.txt
    cp tests/boto3/requirements.txt "$home/installed.txt"
fi
if [ -z "${APIGW:-}" ]; then
    cargo build --quiet
    APIGW=target/debug/apigw
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$home/venv/bin/python" tests/boto3/check.py "$APIGW"
