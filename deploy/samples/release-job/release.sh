#!/bin/sh
# Creates the version described in version.yaml beside this file, waits for the cloud and prints the VersionId.
set -eu
cd "$(dirname "$0")"

version=$(kubectl create -f version.yaml -o name)
echo "created $version"

if ! kubectl wait --for=condition=Ready --timeout="${READY_TIMEOUT:-15m}" "$version"; then
  kubectl get "$version" -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}'
  exit 1
fi

echo "versionId $(kubectl get "$version" -o jsonpath='{.status.versionId}')"
