"""
Debian's AWS CLI, started once: every line of standard input is a command, run in a fork of this process, which has the CLI's
code and models loaded. The fork does what /usr/bin/aws does after its imports, and spares the second of processor time that these take.
"""
import gc
import json
import os
import sys
import tempfile

from awscli.botocore import xform_name
from awscli.clidriver import AWSCLIEntryPoint, create_clidriver

driver = create_clidriver()
models = {service: driver.session.get_service_model(service) for service in ("sts", "iam")}
# What the session reads from disk for a command it keeps: forks find it read.
driver.session.get_available_services()
driver.session.get_waiter_model("iam")
for name in models:
    driver.session.get_paginator_model(name)
    driver.session.create_client(name, region_name="us-east-1")
    # The command of every operation: otherwise each fork makes all of them again to find its one.
    driver.create_help_command().command_table[name].create_help_command()

# A collection in a fork would touch, and so copy, every object that is loaded here.
gc.collect()
gc.freeze()


def run(args, environment):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            code = 255
            try:
                for number, target in enumerate((os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())):
                    os.dup2(target, number)
                os.environ.update(environment)
                code = AWSCLIEntryPoint(driver).main(args)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        for file in (out, err):
            file.seek(0)
        return {"out": out.read().decode(), "err": err.read().decode(), "code": os.waitstatus_to_exitcode(status)}


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
        told = run([*asked["globals"], *command, *asked["options"]], asked["environment"])
    print(json.dumps(told), flush=True)
