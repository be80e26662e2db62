"""
Debian's AWS CLI, started once: every line of standard input is a command, run in this process as /usr/bin/aws runs it after its
imports, with the environment and the credentials of the command alone. `--debug` changes what a process logs for good, and has its
own.
"""
import json
import os
import subprocess
import sys
import tempfile

from awscli.botocore import xform_name
from awscli.clidriver import AWSCLIEntryPoint, create_clidriver

driver = create_clidriver()
models = {service: driver.session.get_service_model(service) for service in ("sts", "iam")}
# What the session reads from disk for a command it keeps.
driver.session.get_available_services()
driver.session.get_waiter_model("iam")
for name in models:
    driver.session.get_paginator_model(name)
    driver.session.create_client(name, region_name="us-east-1")
    # The command of every operation: otherwise each call makes all of them again to find its one.
    driver.create_help_command().command_table[name].create_help_command()


def run(args, environment, out, err):
    before = dict(os.environ)
    kept = [os.dup(number) for number in range(3)]
    with open(os.devnull) as nothing:
        try:
            for number, target in enumerate((nothing, out, err)):
                os.dup2(target.fileno(), number)
            os.environ.update(environment)
            driver.session._credentials = None
            code = AWSCLIEntryPoint(driver).main(args)
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.environ.clear()
            os.environ.update(before)
            for number, file in enumerate(kept):
                os.dup2(file, number)
                os.close(file)
    return code or 0


def run_anew(args, environment, out, err):
    return subprocess.run(["/usr/bin/aws", *args], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**os.environ, **environment}).returncode


def told_by(args, environment):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = (run_anew if "--debug" in args else run)(args, environment, out, err)
        for file in (out, err):
            file.seek(0)
        return {"out": out.read().decode(), "err": err.read().decode(), "code": code}


def parameters(given, as_json):
    if as_json:
        return ["--cli-input-json", json.dumps(given)] if given else []
    return [text for name, value in given.items() for text in ("--" + xform_name(name, "-"), value if isinstance(value, str) else json.dumps(value))]


for line in sys.stdin:
    asked = json.loads(line)
    if "knows" in asked:
        told = models[asked["knows"]].operation_names
    else:
        command = [asked["service"], xform_name(asked["operation"], "-"), *parameters(asked["input"], asked["asJson"])]
        told = told_by([*asked["globals"], *command, *asked["options"]], asked["environment"])
    print(json.dumps(told), flush=True)
