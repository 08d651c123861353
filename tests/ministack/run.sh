#!/bin/sh
# Reads a public emulator of AWS with our AWS layer, `apigw status` and `apigw metrics`, and compares what they say with what
# boto3 reads: proof that we speak AWS, and not only the dialect of our own embedded one. Needs python3 and, for the first run,
# PyPI. APIGW names another binary than the dev build.
set -eu
cd "$(dirname "$0")/../.."
home=target/ministack
python="$home/venv/bin/python"
if ! cmp -s tests/ministack/requirements.txt "$home/installed.txt"; then
    rm -rf "$home/venv"
    mkdir -p "$home"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check -r tests/ministack/requirements.txt
    cp tests/ministack/requirements.txt "$home/installed.txt"
fi
if [ -z "${APIGW:-}" ]; then
    cargo build --quiet
    APIGW=target/debug/apigw
fi
cargo test --quiet --test it --no-run

# Nothing of the user's own AWS setup takes part: twelve digits as an access key id name the account.
for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
AWS_ACCESS_KEY_ID=222233334444 AWS_SECRET_ACCESS_KEY=unchecked AWS_EC2_METADATA_DISABLED=true
AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null PYTHONDONTWRITEBYTECODE=1
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED
export AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE PYTHONDONTWRITEBYTECODE

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# It binds to all addresses unless told, and looks for a Docker daemon.
emulator() {
    BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 LOG_LEVEL=WARNING DOCKER_HOST=unix:///nonexistent \
        exec "$home/venv/bin/ministack"
}

# One lets everybody in; the other checks signatures, trust policies, external IDs and permissions.
port=$(free_port)
auth_port=$(free_port)
GATEWAY_PORT="$port" emulator >"$home/server.log" 2>&1 &
server=$!
GATEWAY_PORT="$auth_port" AUTH=true emulator >"$home/auth.log" 2>&1 &
auth_server=$!
trap 'kill "$server" "$auth_server" 2>/dev/null || true; wait 2>/dev/null || true' EXIT
trap 'exit 1' INT TERM HUP

APIGW_MINISTACK_URL="http://127.0.0.1:$port"
APIGW_MINISTACK_FILLED="$PWD/$home/filled.json"
APIGW_MINISTACK_AUTH_URL="http://127.0.0.1:$auth_port"
APIGW_MINISTACK_IDENTITIES="$PWD/$home/identities.json"
APIGW_MINISTACK_CONFIG="$PWD/$home/config"
export APIGW_MINISTACK_URL APIGW_MINISTACK_FILLED
export APIGW_MINISTACK_AUTH_URL APIGW_MINISTACK_IDENTITIES APIGW_MINISTACK_CONFIG
"$python" tests/ministack/fill.py
"$python" tests/ministack/identities.py

# Both witnesses are heard before the verdict; each ends with how many of its checks passed and failed.
status=0
AWS_CONFIG_FILE="$APIGW_MINISTACK_CONFIG" cargo test --quiet --test it ministack -- --ignored >"$home/layer.txt" 2>&1 || status=1
cat "$home/layer.txt"
"$python" tests/ministack/check.py "$APIGW" >"$home/status.txt" 2>&1 || status=1
cat "$home/status.txt"
# Each witness said "N passed" and "N failed".
awk '{ for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) passed += $(i - 1); if ($i ~ /^failed/) failed += $(i - 1) } }
    END { printf "%d passed, %d failed\n", passed, failed }' "$home/layer.txt" "$home/status.txt"
exit "$status"
