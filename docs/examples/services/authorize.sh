#!/bin/sh
# Asks who sent a request, and whether that caller may: the question, about a request or an app's token, is read from the
# standard input (docs/services.md). An argument names another path: `authorize.sh /services/create < service.json`.
# GATEHOUSE_URL, and the service's AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Needs curl 7.75 or later.
set -eu
umask 077
question=$(cat)
{
  # On the standard input of curl: arguments can be seen by everybody on the machine.
  printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
  if [ -n "${AWS_SESSION_TOKEN:-}" ]; then
    printf 'header = "X-Amz-Security-Token: %s"\n' "$AWS_SESSION_TOKEN"
  fi
} | {
  exec 3<<QUESTION
$question
QUESTION
  curl --silent --show-error --max-time 6 --config - --aws-sigv4 aws:amz:us-east-1:gatehouse \
    --header 'Content-Type: application/json' --data-binary @/dev/fd/3 "$GATEHOUSE_URL${1:-/authorize}"
}
