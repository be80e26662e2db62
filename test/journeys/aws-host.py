"""
Debian's AWS CLI, loaded once: every line of standard input is a command, run in a fork of this process. The fork does what
/usr/bin/aws does after its imports, and spares the second of processor time that these take. It has the command's environment
and nothing of another command; its clock is ahead of the machine's by as many seconds as the command says.
"""
import datetime
import fcntl
import json
import os
import signal
import sys
import tempfile
import types

import awscli.clidriver
# The CLI's own: it puts its folder before every other.
import botocore.auth
import botocore.credentials
import botocore.session

# Forks find what is read from disk for every command read already: models, endpoints, commands.
warm = awscli.clidriver.create_clidriver()
loader = warm.session.get_component("data_loader")
for name in ("sts", "iam"):
    warm.session.create_client(name, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    warm.session.get_paginator_model(name)
botocore.session.create_loader = lambda _path=None: loader


def set_clock(ahead_seconds):
    ahead = datetime.timedelta(seconds=ahead_seconds)

    class Clock(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return datetime.datetime.utcnow() + ahead

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.now(tz) + ahead

    module = types.ModuleType("datetime")
    module.__dict__.update({**datetime.__dict__, "datetime": Clock})
    botocore.auth.datetime = botocore.credentials.datetime = module


def run(asked):
    """Answers a command: what it wrote, and its exit code."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            code = 255
            try:
                for number, target in enumerate((os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())):
                    os.dup2(target, number)
                os.environ.clear()
                os.environ.update(asked["environment"])
                set_clock(asked["aheadSeconds"])
                code = awscli.clidriver.AWSCLIEntryPoint().main(asked["args"])
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        for file in (out, err):
            file.seek(0)
        return {"out": out.read().decode(), "err": err.read().decode(), "code": os.waitstatus_to_exitcode(status)}


# Commands run beside each other, each watched by a fork of its own.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asked = json.loads(line)
        answer = json.dumps({"id": asked["id"], **run(asked)})
        with open(sys.argv[1], "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            print(answer, flush=True)
        os._exit(0)
