"""A pytest plugin that runs NumPy's own f2py tests with another generator in f2py's place.

    python -m pytest --noconftest -p plugin --suite-command "fwrap build --compat f2py" --pyargs numpy.f2py.tests

The tests and their sources are those of the installed NumPy. Which of them judge a built module, and not f2py's
internals, is in `tags.tsv`. Every test runs in a process of its own: one that crashes or stops is a failed test.
"""

import hashlib
import importlib
import json
import os
import signal
import select
import sys
import time
from pathlib import Path

import pytest
from _pytest.reports import TestReport
from _pytest.runner import runtestprotocol

from builder import BUILD_FAILED, IMPORT_FAILED, Builder, import_util

HERE = Path(__file__).resolve().parent
# NumPy's own markers, which its configuration would declare.
MARKERS = ("slow", "slow_pypy", "leaks_references", "valgrind_error", "thread_unsafe", "parallel_threads(n)")


def pytest_addoption(parser):
    group = parser.getgroup("f2py-suite", "NumPy's f2py tests with another generator")
    group.addoption("--suite-command", help="the command that builds a module")
    group.addoption("--suite-builds", help="keep builds in this directory")
    group.addoption("--suite-claims", help="share the work with others that name this directory")
    group.addoption("--suite-report", help="write what became of every test to this file")
    group.addoption("--suite-runtime", help="run the tests of array conversion with this module")
    group.addoption("--suite-docs", help="the sources of NumPy's manual of f2py, for the tests of its examples")
    group.addoption("--suite-tag", help="only tests with this tag")
    group.addoption("--suite-timeout", type=float, default=600, help="seconds for one build, and for one test")


def pytest_configure(config):
    for marker in MARKERS:
        config.addinivalue_line("markers", f"{marker}: one of NumPy's")
    if config.getoption("--suite-command"):
        config.pluginmanager.register(Suite(config), "f2py-suite")


def read_table(name):
    """The rows of a table beside this file, by their first column."""
    rows = (line.split("\t") for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#"))
    return {key: rest for key, *rest in rows}


def name_of(item):
    """`test_x.py::Class::test[parameter]`, wherever NumPy is installed."""
    return f"{item.path.name}::{item.nodeid.split('::', 1)[1]}"


def function_of(item):
    """The same without the parameter."""
    return name_of(item).split("[")[0]


def is_about_f2py(marker):
    """Whether a marker leaves a test out for f2py's sake: its wrapper crashes, or its reader lacks a package."""
    return marker.name == "skip" or "charset_normalizer" in marker.kwargs.get("reason", "")


class Suite:
    """One run."""

    def __init__(self, config):
        option = config.getoption
        self.timeout, self.report = option("--suite-timeout"), option("--suite-report")
        self.claims, self.runtime, self.tag = option("--suite-claims"), option("--suite-runtime"), option("--suite-tag")
        self.docs = option("--suite-docs")
        self.tags = {key: row[0] for key, row in read_table("tags.tsv").items()}
        self.results = {}
        util = import_util()
        builder = Builder(option("--suite-command"), option("--suite-builds"), self.timeout)
        util.build_module = builder.build_module
        util.build_code = builder.build_code
        if self.runtime:
            util.build_meson = lambda *_, **__: importlib.import_module(self.runtime)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        wanted = {self.tag} if self.tag else {"behaviour", "wording"} | ({"runtime"} if self.runtime else set())
        unknown = sorted({function_of(item) for item in items} - self.tags.keys())
        if unknown:
            raise pytest.UsageError(f"tags.tsv does not have: {', '.join(unknown)}")
        chosen = [item for item in items if self.tags[function_of(item)] in wanted]
        for item in chosen:
            item.own_markers[:] = [marker for marker in item.own_markers if not is_about_f2py(marker)]
            if self.docs and item.path.name == "test_docs.py":
                self.use_docs(item)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen

    def use_docs(self, item):
        """NumPy's own tests look for its manual beside a checkout."""
        module = item.getparent(pytest.Module)
        module.own_markers[:] = [marker for marker in module.own_markers if marker.name != "skipif"]
        item.cls.sources = [Path(self.docs) / path.name for path in item.cls.sources]

    def is_mine(self, item):
        """Whether no other process has taken the tests of this class, which share a module."""
        if not self.claims:
            return True
        group = f"{item.path.name}::{item.cls.__name__ if item.cls else item.originalname}"
        claim = Path(self.claims) / hashlib.sha256(group.encode()).hexdigest()
        try:
            with open(claim, "x") as file:
                file.write(str(os.getpid()))
            return True
        except FileExistsError:
            while not (owner := claim.read_text()):
                time.sleep(0.01)
            return owner == str(os.getpid())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        if self.is_mine(item):
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            for report in self.run_apart(item):
                item.ihook.pytest_runtest_logreport(report=report)
                self.note(name_of(item), self.tags[function_of(item)], report)
            item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def run_apart(self, item):
        """Runs a test in a process of its own; its reports, or one that says how the process ended."""
        reader, writer = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        child = os.fork()
        if child == 0:
            try:
                os.close(reader)
                os.setpgid(0, 0)
                reports = runtestprotocol(item, log=False, nextitem=None)
                to_data = item.config.hook.pytest_report_to_serializable
                data = json.dumps([to_data(config=item.config, report=report) for report in reports]).encode()
                while data:
                    data = data[os.write(writer, data) :]
            finally:
                os._exit(0)
        os.close(writer)
        data = self.read_all(reader, child)
        status = os.waitpid(child, 0)[1]
        try:
            from_data = item.config.hook.pytest_report_from_serializable
            reports = [from_data(config=item.config, data=report) for report in json.loads(data)]
        except ValueError:
            end = f"the test did not live to its end: {describe(status)}"
            return [TestReport(item.nodeid, item.location, {}, "failed", end, "call")]
        for report in reports:
            # JSON has lists where pytest has tuples.
            if isinstance(report.longrepr, list):
                report.longrepr = tuple(report.longrepr)
        return reports

    def read_all(self, reader, child):
        """What comes through a pipe; whoever takes too long is ended."""
        data, end = b"", time.monotonic() + self.timeout + 60
        while True:
            ready, _, _ = select.select([reader], [], [], max(0, end - time.monotonic()))
            if not ready:
                os.killpg(child, signal.SIGKILL)
                break
            part = os.read(reader, 1 << 16)
            if not part:
                break
            data += part
        os.close(reader)
        return data

    def note(self, name, tag, report):
        """Keeps what became of a test: the first failure, else its call."""
        before = self.results.get(name)
        if before and before["outcome"] == "failed" or not (report.failed or report.skipped or report.when == "call"):
            return
        text = "" if report.longrepr is None else str(report.longrepr)
        crash = getattr(getattr(report.longrepr, "reprcrash", None), "message", text)
        lines = [line for line in crash.splitlines() if line.strip()]
        stage = "build" if BUILD_FAILED in text else "import" if IMPORT_FAILED in text else "test"
        outcome = "passed" if hasattr(report, "wasxfail") else report.outcome
        message = " | ".join(lines[:1] + [line for line in lines if "error" in line][:2])[:300]
        self.results[name] = {"tag": tag, "outcome": outcome, "stage": stage, "message": message}

    def pytest_sessionfinish(self):
        if self.report:
            Path(self.report).write_text(json.dumps(self.results, indent=1))


def describe(status):
    """How a process ended."""
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit status {os.WEXITSTATUS(status)}"
