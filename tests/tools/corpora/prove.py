#!/usr/bin/env python3
"""prove.py [CORPUS...]: `fwrap inspect --json` against gfortran, on the libraries of corpora.toml (or --library DIR).

Fetches a corpus, asks the compiler once (the answer is kept beside the fetched sources, for each version of the
compiler and of the oracle), reads the corpus with fwrap ($FWRAP, else `fwrap` on the PATH) and compares. One line for
each corpus. Ends with 1 when a difference is not in exceptions.toml, when an exception no longer differs, or when fewer
than 99.9 % of a corpus' procedures are exact.
"""

import argparse
import dataclasses
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from compare import compare, summarize
from oracle import compiler_version
from sources import find_sources

HERE = Path(__file__).resolve().parent
FLOOR = 0.999
ORACLE = ("dump.py", "expressions.py", "module_file.py", "oracle.py", "signatures.py", "sources.py")


@dataclasses.dataclass
class Corpus:
    """An entry of corpora.toml."""

    name: str
    package: str
    sources: list = dataclasses.field(default_factory=lambda: ["."])
    each: list = dataclasses.field(default_factory=list)
    include: list = dataclasses.field(default_factory=list)
    define: list = dataclasses.field(default_factory=list)
    isolated: bool = False
    cpp: bool = False
    flags: str = ""

    def folder(self):
        """The name of the package's folder in the cache."""
        return self.package.split(":")[-1].replace("==", "-")

    def groups(self, root):
        """Lists of paths under `root`: each list is read as one library."""
        if not self.each:
            return [self.sources]
        folders = [path for pattern in self.each for path in sorted(glob.glob(pattern, root_dir=root))]
        return [[path] for path in folders if (root / path).is_dir() and find_sources([root / path])]

    def options(self, root):
        """-I and -D, the same for gfortran and for fwrap."""
        options = [word for path in self.include for word in ("-I", str(root / path))]
        return options + [word for macro in self.define for word in ("-D", macro)]


def fetch(corpora):
    """The folder that the packages are in."""
    packages = list(dict.fromkeys(corpus.package for corpus in corpora))
    command = ["bash", str(HERE.parent / "fetch_corpora.sh"), *packages]
    return Path(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())


def truth_path(corpus, cache, version):
    """Where the compiler's answer is kept: it depends on the compiler, the oracle and the corpus' entry."""
    seen = hashlib.sha256(version.encode() + repr(corpus).encode())
    for name in ORACLE:
        seen.update((HERE / name).read_bytes())
    return cache / "truth" / f"{corpus.name}-{version.split()[-1]}-{seen.hexdigest()[:12]}.json"


def ask_compiler(corpus, root):
    """The oracle's answer for all groups of a corpus."""
    truth = None
    for group in corpus.groups(root):
        command = [sys.executable, "-B", str(HERE / "oracle.py"), "-q", "-j", str(os.cpu_count() or 1)]
        command += ["--relative-to", ".", *corpus.options(root), "--flags=" + corpus.flags]
        command += ["--isolated"] * corpus.isolated + ["--cpp"] * corpus.cpp + group
        done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
        answer = json.loads(done.stdout)
        if truth is None:
            truth = answer
        else:
            truth["files"] += answer["files"]
    return truth or {"files": []}


def find_truth(corpus, root, cache, version):
    path = truth_path(corpus, cache, version)
    if not path.exists():
        print(f"corpora: asking {version.split()[0]} about {corpus.name}", file=sys.stderr, flush=True)
        truth = ask_compiler(corpus, root)
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(truth, separators=(",", ":")))
        partial.rename(path)
    return json.loads(path.read_text())


def inspect(corpus, root, fwrap):
    """(fwrap's answer for all groups of a corpus, seconds)"""
    files, seconds = [], 0.0
    for group in corpus.groups(root):
        command = [fwrap, "inspect", *group, "--json", *corpus.options(root), *["--isolated"] * corpus.isolated]
        started = time.perf_counter()
        done = subprocess.run(command, cwd=root, capture_output=True)
        seconds += time.perf_counter() - started
        try:
            files += json.loads(done.stdout)["files"]
        except ValueError:
            said = done.stderr.decode(errors="replace")[-2000:]
            sys.exit(f"corpora: {' '.join(command)}: ended with {done.returncode}, no JSON\n{said}")
    for file in files:
        file["path"] = os.path.relpath(root / file["path"], root)
    return {"files": files}, seconds


class Exceptions:
    """The list of exceptions; knows which were met."""

    def __init__(self, listed):
        self.listed = listed
        self.met = set()

    def covers(self, corpus, path, difference):
        for index, entry in enumerate(self.listed):
            same = (entry["corpus"], entry["file"], entry["where"]) == (corpus, path, difference.where)
            if same and entry.get("field", difference.field) == difference.field:
                self.met.add(index)
                return True
        return False

    def unmet(self, corpora):
        """Entries of these corpora that no longer differ."""
        names = {corpus.name for corpus in corpora}
        entries = [entry for index, entry in enumerate(self.listed) if index not in self.met]
        return [entry for entry in entries if entry["corpus"] in names]


def read_exceptions(path):
    listed = tomllib.loads(path.read_text()).get("exception", [])
    for entry in listed:
        missing = {"corpus", "file", "where", "reason"} - set(entry)
        if missing:
            sys.exit(f"{path}: {entry}: has no {', '.join(sorted(missing))}")
    return Exceptions(listed)


def judge(corpus, comparison, exceptions):
    """What of a comparison is not to be: lines of text."""
    found = [
        f"{path}: {difference}"
        for path, difference in comparison.differences()
        if not exceptions.covers(corpus.name, path, difference)
    ]
    if comparison.procedures == 0:
        found.append("no procedure was compared")
    if comparison.share() < FLOOR:
        found.append(f"{100 * comparison.share():.2f} % of the procedures are exact, {100 * FLOOR:.1f} % must be")
    return found


def prove(corpora, cache, options):
    """The number of things that are wrong."""
    version, wrong = compiler_version(options.gfortran), 0
    exceptions = read_exceptions(HERE / "exceptions.toml")
    for corpus in corpora:
        root = cache / corpus.folder()
        truth = find_truth(corpus, root, cache, version)
        mine, seconds = inspect(corpus, root, options.fwrap)
        comparison = compare(truth, mine)
        found = judge(corpus, comparison, exceptions)
        wrong += len(found)
        print(f"{summarize(corpus.name, comparison)} | {seconds:.2f} s", flush=True)
        for line in found[: options.v]:
            print("    " + line)
        if len(found) > options.v:
            print(f"    and {len(found) - options.v} more (-v N shows N)")
    for entry in exceptions.unmet(corpora):
        wrong += 1
        print(f"exceptions.toml: no longer differs: {entry['corpus']}: {entry['file']}: {entry['where']}")
    return wrong


def choose(options):
    """(corpora, the folder that theirs are in)"""
    if options.library:
        path = Path(options.library).resolve()
        named = Corpus(path.name, path.name, include=options.I, define=options.D, isolated=options.isolated)
        return [named], path.parent
    every = [Corpus(**entry) for entry in tomllib.loads((HERE / "corpora.toml").read_text())["corpus"]]
    unknown = set(options.corpora) - {corpus.name for corpus in every}
    if unknown:
        sys.exit(f"corpora: not in corpora.toml: {', '.join(sorted(unknown))}")
    chosen = [corpus for corpus in every if corpus.name in options.corpora or not options.corpora]
    return chosen, fetch(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("corpora", nargs="*", metavar="CORPUS", help="names in corpora.toml (default: all)")
    add("--library", metavar="DIR", help="a folder of one's own instead")
    add("-I", action="append", default=[], metavar="DIR", help="with --library: include folder, relative to it")
    add("-D", action="append", default=[], metavar="NAME[=V]", help="with --library: macro")
    add("--isolated", action="store_true", help="with --library: every file on its own")
    add("--fwrap", default=os.environ.get("FWRAP") or shutil.which("fwrap"), help="the fwrap to prove")
    add("--gfortran", default="gfortran")
    add("-v", type=int, default=20, metavar="N", help="differences to show of each corpus")
    options = parser.parse_args()
    if not options.fwrap:
        sys.exit("corpora: no `fwrap`: set FWRAP to a built binary")
    options.fwrap = str(Path(options.fwrap).resolve())
    corpora, cache = choose(options)
    wrong = prove(corpora, cache, options)
    print(f"corpora: {len(corpora)} compared, {wrong} unexplained" if wrong else f"corpora: {len(corpora)} as expected")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
