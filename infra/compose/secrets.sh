#!/bin/sh
# Makes the passwords of the cluster once, in a file that only its owner can read.
set -eu
cd "$(dirname "$0")"
if [ -e .env ]; then
  echo "infra/compose/.env is there already; it stays as it is."
  exit 0
fi
umask 077
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
{
  echo "VEDETTE_POSTGRES_PASSWORD=$(random)"
  echo "VEDETTE_REDIS_PASSWORD=$(random)"
  echo "VEDETTE_KEY_PASSPHRASE=$(random)"
} > .env
echo "infra/compose/.env was made. Keep a copy of it: without the passphrase the footage cannot be read."
