"""Figures of trials under the lab's kernels, for the scripts here: boots, trials, rows of a table."""
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = os.path.join(TOP, os.environ.get("O", "out"))
DMABENCH = os.path.join(OUT, "dmabench")
missed = []


def row(what, figure, limit, met):
    if not met:
        missed.append(what)
    print(f"{what:<62} {figure:>24}   {limit:<34} {'met' if met else 'MISSED'}", flush=True)


def new_folder(*names):
    folder = os.path.join(OUT, *names)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def lab(folder, matrix, topology, kernels, *options):
    """Trials by kernel, boot by boot."""
    config = os.path.join(folder, "config.json")
    with open(config, "w") as file:
        json.dump({"matrix": matrix}, file)
    wanted = [w for k in kernels for w in ("--kernel", f"debian:{k},label={k}")]
    lab_run(folder, config, *wanted, "--topology", topology, *options)
    return results(folder, kernels)


def lab_run(folder, config, *options):
    subprocess.run([DMABENCH, "lab", "run", *options, config, "-o", folder], check=True,
                   stdout=sys.stderr)


def results(folder, kernels):
    """The trials of boots that are in a folder a kernel, whose name begins with the kernel's."""
    return {k: [trials(path) for path in sorted(glob.glob(os.path.join(folder, f"{k}*", "*.jsonl")))]
            for k in kernels}


def trials(path):
    with open(path) as file:
        records = [json.loads(line) for line in file]
    return [r for r in records if r["record"] == "trial" and r["status"] == "ok"]


def samples(trial, metric):
    return trial["metrics"][metric]["samples"]


def median(trial, metric):
    return statistics.median(samples(trial, metric))


def run(parts):
    """The parts that the command line names, else all; exit status 1 if a figure missed its limit."""
    named = {f.__name__: f for f in parts}
    print(f"{'what':<62} {'measured':>24}   held against")
    for name in sys.argv[1:] or named:
        named[name]()
    sys.exit(1 if missed else 0)
