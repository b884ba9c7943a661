"""Runs the pages as their readers would, against a server that runs; .ci/docs starts it.

Usage: .ci/docs.py BASE BINARY FOLDER [PAGE…]

- The `sh` blocks of a page are one session of bash, run one after the other in a folder of their own, with `countersign` on the path
  and the folder `workflows`. A block that begins with `cargo` is not run. Words after `sh` are programs that it needs beside bash, curl
  and python3; where one is missing the block is skipped, and that is said. (tests/it/docs.rs runs the blocks without such words.)
- A block after which stands "Save it as `NAME`" ("保存为 `NAME`") is written to that file.
- A `json` or `text` block directly after a `sh` block, or after one line that begins with "answers", is what that block prints. In JSON
  the names must be the same, and so must the values; `…` in a text stands for anything, the text "…" for any value, a last element
  "…" for any further ones, a name "…" for any further names.
- A `yaml` block that is a whole file (its first key is `workflow`, `automation`, `calendar`, `table` or `people`) is checked and tested; those under one
  heading stand in one folder, as they would on disk. A workflow that is true only beside another file begins with a comment that says so:
  tests/it/docs.rs runs the others, each by itself. A file has no errors; the code of each warning stands in the prose after it; its stories
  come true and reach every step. `docs/workflows/findings.md`, which the checker writes itself, shows files that are wrong.
- Each line of an `expressions` block holds for the first story of the workflow above it, beside the tables of the page.
- Links between the pages, and to the demo, lead somewhere, also their anchors. An operation that a page names is one of
  api-spec/openapi.json. Every kind of problem and event of the API's description stands in the reference.
- Every key and closed word of api-spec/workflow.schema.json, every function with its example, and the grammar stand in
  docs/workflows/reference.md, and no key that is not there.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

SHOWN_ADDRESS = "http://127.0.0.1:8080"
SHOWN_PORTS = ["9000", "8085", "9464", "4222"]  # of what the pages start
PAGE_S = 180
MARK = "\x1e"


@dataclass
class Block:
    line: int
    language: str
    needs: list[str]
    text: str
    after: str = ""  # the prose between it and the next block
    heading: str = ""  # the last one above it


def blocks_of(text: str) -> list[Block]:
    found: list[Block] = []
    fence, heading = None, ""
    for number, line in enumerate(text.splitlines(), 1):
        opening = re.match(r"(`{3,}|~{3,})(.*)", line)
        if fence is None and opening:
            fence = opening[1]
            words = opening[2].split() or [""]
            found.append(Block(number, words[0], words[1:], "", heading=heading))
        elif fence is not None and line.rstrip() == fence:
            fence = None
        elif fence is not None:
            found[-1].text += line + "\n"
        elif line.strip():
            heading = line if line.startswith("#") else heading
            if found:
                found[-1].after += line + "\n"
    return found


def prose_of(text: str) -> list[tuple[int, str]]:
    """Lines outside of fenced blocks."""
    lines, fence = [], None
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"(`{3,}|~{3,})", line)
        if mark and fence in (None, mark[1]):
            fence = mark[1] if fence is None else None
        elif fence is None:
            lines.append((number, line))
    return lines


# What a page shows against what was printed.


def differs(shown, said, place="") -> str | None:
    """Where an answer is not as shown, in words; None if it is."""
    at = place or "/"
    if shown == "…":
        return None
    if isinstance(shown, dict) and isinstance(said, dict):
        open_ended = "…" in shown
        for name, value in shown.items():
            if name == "…":
                continue
            if name not in said:
                return f"{at}: `{name}` is shown and was not answered"
            if problem := differs(value, said[name], f"{place}/{name}"):
                return problem
        more = [name for name in said if name not in shown]
        return None if open_ended or not more else f"{at}: `{more[0]}` was answered and is not shown"
    if isinstance(shown, list) and isinstance(said, list):
        open_ended = bool(shown) and shown[-1] == "…"
        wanted = shown[:-1] if open_ended else shown
        if len(said) < len(wanted) or (len(said) > len(wanted) and not open_ended):
            return f"{at}: {len(wanted)} elements are shown, {len(said)} were answered"
        return next((p for i, pair in enumerate(zip(wanted, said)) if (p := differs(*pair, f"{place}/{i}"))), None)
    if isinstance(shown, str) and isinstance(said, str):
        return None if matches(shown, said) else f"{at}: {shown!r} is shown, {said!r} was answered"
    if shown is said or (shown == said and type(shown) is type(said)):
        return None
    return f"{at}: {json.dumps(shown)} is shown, {json.dumps(said)[:200]} was answered"


def matches(shown: str, said: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), said, re.DOTALL) is not None


def not_as_shown(block: Block, said: str) -> str | None:
    if block.language == "json":
        try:
            shown = json.loads(block.text)
        except ValueError as error:
            return f"what is shown is not JSON: {error}"
        try:
            answered = json.loads(said)
        except ValueError:
            return f"the page shows JSON, and this was printed: {said.strip()[:400]!r}"
        return differs(shown, answered)
    shown, said = block.text.strip(), said.strip()
    return None if matches(shown, said) else f"the page shows\n{shown}\nand this was printed\n{said}"


# Running.


def instead(text: str, ports: dict[str, str]) -> str:
    return re.sub(rf"(?<![\w.-])({'|'.join(ports)})(?![\w.-])", lambda port: ports[port[1]], text)


class Desk:
    def __init__(self, base: str, binary: str, folder: Path):
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/countersign").symlink_to(binary)
        for name in ("workflows", "examples", "clients"):
            (folder / name).symlink_to(Path(name).resolve())
        self.base, self.ports = base, {}
        for shown in SHOWN_PORTS:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.ports[shown] = str(free.getsockname()[1])

    def has(self, program: str) -> bool:
        return shutil.which(program, path=f"{self.folder / 'bin'}:{os.environ['PATH']}") is not None

    def here(self, text: str) -> str:
        return instead(text.replace(SHOWN_ADDRESS, self.base), self.ports)

    def shown(self, text: str) -> str:
        return instead(text.replace(self.base, SHOWN_ADDRESS), {real: shown for shown, real in self.ports.items()})

    def run(self, script: str) -> tuple[int, str, str]:
        path = self.folder / "bin/session"
        path.write_text(script)
        environment = os.environ | {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        with open(self.folder / "bin/said", "w+b") as out, open(self.folder / "bin/erred", "w+b") as err:
            session = subprocess.Popen(
                ["bash", path], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
            try:
                status = session.wait(PAGE_S)
            except subprocess.TimeoutExpired:
                status = 124
            finally:
                try:  # what the page started and did not stop
                    os.killpg(session.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                session.wait()
            out.seek(0)
            err.seek(0)
            return status, out.read().decode(errors="replace"), err.read().decode(errors="replace")


def run_page(page: Path, base: str, binary: str, folder: Path) -> tuple[int, int, list[str]]:
    """How many blocks were run, how many shown answers compared, and what is wrong."""
    desk = Desk(base, binary, folder)
    blocks = blocks_of(page.read_text())
    run: list[tuple[Block, Block | None]] = []
    script = "set -euo pipefail\n"
    for block, following in zip(blocks, [*blocks[1:], None]):
        if saved := re.match(r"(?:Save it as|保存为) `([^`]+)`", block.after):
            (desk.folder / saved[1]).write_text(desk.here(block.text))
        if block.language != "sh" or block.text.startswith("cargo"):
            continue
        lacking = [program for program in block.needs if not desk.has(program)]
        if lacking:
            print(f"{page}:{block.line}: skipped: no {lacking[0]}")
            continue
        shown = following and following.language in ("json", "text") and re.fullmatch(r"(answers [^\n]*)?\n?", block.after)
        script += f"printf '{MARK}%s{MARK}' {len(run)}\n{desk.here(block.text)}\n"
        run.append((block, following if shown else None))
    status, said, erred = desk.run(script)
    printed = dict(zip(*[iter(said.split(MARK)[1:])] * 2))
    wrong = []
    if status != 0 and run:
        last = run[int(list(printed)[-1])][0] if printed else run[0][0]
        why = "did not end in time" if status == 124 else f"failed with {status}"
        tail = "\n".join((list(printed.values())[-1:] or [""])[0].splitlines()[-8:] + erred.splitlines()[-8:])
        wrong.append(f"{page}:{last.line}: this block of commands {why}:\n{tail}")
    compared = 0
    for number, (block, shows) in enumerate(run):
        refused = re.search(r'"type": ?"/problems/', printed.get(str(number), ""))
        if refused and not shows and not block.after.startswith("answers 4"):
            wrong.append(f"{page}:{block.line}: refused although the page does not say so: {printed[str(number)].strip()[:400]}")
        if shows and str(number) in printed and not (wrong and number == len(printed) - 1):
            compared += 1
            if problem := not_as_shown(shows, desk.shown(printed[str(number)])):
                wrong.append(f"{page}:{shows.line}: not as the commands of line {block.line} answer: {problem}")
    return len(run), compared, wrong


# Whole files of the workflow language.

WRONG_ON_PURPOSE = Path("docs/workflows/findings.md")


def files_of(page: Path, binary: str, folder: Path) -> tuple[int, list[str]]:
    """How many whole files a page shows, and what is wrong with them."""
    files: dict[str, Block] = {}
    for number, block in enumerate(blocks_of(page.read_text()) if page != WRONG_ON_PURPOSE else []):
        first = re.match(r"(?:#.*\n|\n)*(workflow|automation|calendar|table|leave_types|people):[ \n]?([a-z0-9-]*)", block.text)
        if block.language != "yaml" or not first:
            continue
        kind, name = first[1], first[2]
        place = folder / re.sub(r"\W+", "-", block.heading or "top")
        place = place / f"{kind}s" if kind in ("automation", "calendar", "table") else place
        path = place / ("people.yaml" if kind == "people" else f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
        if kind != "people":
            files[str(path)] = block
    if not files:
        return 0, []

    def asked(verb: str, names: list[str]):
        done = subprocess.run([binary, "workflow", verb, "--format", "json", *names], capture_output=True, text=True)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return [{"file": name, "said": (done.stdout + done.stderr).strip()} for name in names]
        return answer.get("files") or [{"file": names[0], **answer}]

    wrong, sound = [], []
    for said in asked("check", list(files)):
        block = files[said["file"]]
        for finding in said.get("findings", []):
            if finding["severity"] == "error" or f"`{finding['code']}`" not in block.after:
                words = f"{finding['severity']} [{finding['code']}] {finding['message']} {finding.get('hint') or ''}"
                wrong.append(f"{page}:{block.line + finding['line']}: {words}\n{finding.get('excerpt') or ''}")
        if said.get("ok"):
            sound.append(said["file"])
    tested = [name for name in sound if re.search(r"^workflow:", files[name].text, re.M)]
    for said in asked("test", tested) if tested else []:
        block, report = files[said["file"]], said.get("report", {})
        if "said" in said:
            wrong.append(f"{page}:{block.line}: {said['said']}")
        elif not report["stories"]:
            wrong.append(f"{page}:{block.line}: this workflow has no stories.")
        for story in report.get("stories", []):
            if not story["ok"]:
                wrong.append(f"{page}:{block.line + story['line']}: the story \"{story['name']}\" does not come true: {story['failure']}")
        for step in report.get("unreached", []):
            wrong.append(f"{page}:{block.line}: no story reaches {step}.")
    return len(files), wrong + untrue_expressions(page, binary, folder / "expressions")


def untrue_expressions(page: Path, binary: str, folder: Path) -> list[str]:
    """Lines of `expressions` blocks that do not hold for the first story of the workflow above them."""
    lines: dict[str, list[tuple[int, str]]] = {}
    above = ""
    for block in blocks_of(page.read_text()):
        file = re.match(r"(?:#.*\n)*(workflow|table): ([a-z0-9-]+)\n", block.text) if block.language == "yaml" else None
        if file and file[1] == "workflow":
            above = block.text
        elif file:
            place = folder / "tables" / f"{file[2]}.yaml"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text)
        elif block.language == "expressions":
            lines.setdefault(above, []).extend((block.line + at, line) for at, line in enumerate(block.text.splitlines(), 1))
    wrong = []
    for number, (workflow, expressions) in enumerate(lines.items()):
        checks = [f"  - when: {json.dumps(f'not ({line})')}\n    refuse: line {at}\n" for at, line in expressions]
        path = folder / f"{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(workflow.replace("\nsteps:", "\nchecks:\n" + "".join(checks) + "steps:", 1))
        done = subprocess.run([binary, "workflow", "test", path], capture_output=True, text=True)
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).splitlines()[:12])
            wrong.append(f"{page}: an expression does not hold: {said}")
    return wrong


# Links, operations, and the reference.


def every_page() -> list[Path]:
    pages = sorted(Path(".").glob("*.md"))
    for folder in ("docs", "api-spec", "clients", "examples"):
        pages += sorted(p for p in Path(folder).rglob("*.md") if not {"node_modules", "dist"} & set(p.parts))
    return pages


def anchors(text: str) -> set[str]:
    found: set[str] = set()
    for _, line in prose_of(text):
        if heading := re.match(r"#+ +(.*)", line):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).strip().lower()
            name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            again = 0
            while (f"{name}-{again}" if again else name) in found:
                again += 1
            found.add(f"{name}-{again}" if again else name)
        found.update(re.findall(r'<a (?:id|name)="([^"]+)"', line))
    return found


def dead_links(base: str) -> list[str]:
    wrong = []
    answers: dict[str, bool] = {}
    for page in every_page():
        for number, line in prose_of(page.read_text()):
            line = re.sub(r"(?<!\[)`[^`]*`(?!\])", "", line)
            for target in re.findall(r"\]\(([^)\s]+)\)|<(http[^>\s]+)>", line):
                target = target[0] or target[1]
                if target.startswith(SHOWN_ADDRESS):
                    if target not in answers:
                        try:
                            answers[target] = urllib.request.urlopen(target.replace(SHOWN_ADDRESS, base)).status == 200
                        except OSError:
                            answers[target] = False
                    if not answers[target]:
                        wrong.append(f"{page}:{number}: the demo has nothing at {target}.")
                    continue
                if "://" in target or target.startswith("mailto:"):
                    continue
                path, _, anchor = target.partition("#")
                leads_to = (page.parent / path) if path else page
                if not leads_to.exists():
                    wrong.append(f"{page}:{number}: the link {target} leads nowhere.")
                elif anchor and (leads_to.suffix != ".md" or anchor not in anchors(leads_to.read_text())):
                    wrong.append(f"{page}:{number}: the link {target} names a heading that is not there.")
    return wrong


def unknown_operations() -> list[str]:
    """Operations that a page names and the API's description does not have."""
    known: dict[str, list[list[str]]] = {}
    for path, methods in json.loads(Path("api-spec/openapi.json").read_text())["paths"].items():
        for method in methods:
            known.setdefault(method.upper(), []).append(path.strip("/").split("/"))
    wrong = []
    for page in every_page():
        if page.name == "CHANGELOG.md":
            continue  # it tells of what was
        for number, line in prose_of(page.read_text()):
            for method, path in re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/v1[^\s`?,;)]*)", line):
                parts = path.strip("/").rstrip(".").split("/")
                alike = (
                    all(k.startswith("{") or k == p or "…" == p for k, p in zip(path_known, parts))
                    for path_known in known.get(method, [])
                    if len(path_known) == len(parts)
                )
                if not any(alike) and "…" not in parts[-1:]:
                    wrong.append(f"{page}:{number}: the API has no {method} {path}.")
    return wrong


REFERENCE = Path("docs/reference.md")
WORDS = {
    "`status` of a request": "RequestStatus",
    "`allowed` of a request": "RequestVerb",
    "`status` of a task": "TaskStatus",
    "`kind` of a task": "TaskKind",
    "`decision` of a task": "Decision",
    "`allowed` of a task": "TaskVerb",
    "`state` of a step of a simulation": "StepForesight",
    "`status` of a lead": "LeadStatus",
    "`status` of a deal": "Status",
    "`type` of an activity": "ActivityType",
    "`status` of an activity": "ActivityStatus",
    "`priority` of an activity": "Priority",
    "`visibility` of a record": "Visibility",
    "`status` of a person": "UserStatus",
    "`status` of a webhook": "EndpointStatus",
    "`payload` of a webhook": "PayloadWord",
    "`status` of a delivery": "DeliveryStatus",
    "`status` of a run": "RunStatus",
    "`status` of a proposal": "ProposalStatus",
    "`status` of the audit": "AuditStatus",
    "`status` of an import": "ImportStatus",
    "`outcome` of a row of an import": "RowOutcome",
}


def not_in_the_reference(base: str) -> list[str]:
    """Kinds of problems, codes and types of events that the reference lacks, or has and nobody knows."""
    wrong = []
    description = json.loads(Path("api-spec/openapi.json").read_text())
    shown = set(re.findall(r"^\| `([a-z_]+)` \|", Path("api-spec/problems.md").read_text(), re.M))
    for kind in set(re.findall(r'"type":"/problems/([a-z_]+)"', json.dumps(description, separators=(",", ":")))) - shown:
        wrong.append(f"api-spec/problems.md: the kind of problem `{kind}` is missing.")

    page = REFERENCE.read_text()
    codes = page[page.index("## Codes") : page.index("## Events")]
    listed = {code for row in re.findall(r"^\| (`.*?) \|", codes, re.M) for code in re.findall(r"`([a-z_]+)`", row)}
    sources = {path: path.read_text().split("#[cfg(test)]")[0] for path in Path("crates").rglob("src/**/*.rs")}
    given = set(re.findall(r'"([a-z_]+)",', re.search(r"const CODES.*?\];", sources[Path("crates/engine/src/refusal/codes.rs")], re.S)[0]))
    for path, text in sources.items():
        if path != Path("crates/server/src/publish.rs"):  # the command line's own
            given |= set(re.findall(r'(?:with_code\(|\bconflict\w*\(|Conflict \{\s*code:)\s*"([a-z_]+)"', text))
    named = set(re.findall(r"\b(?:40[0-9]|41[0-9]|42[0-9]|503) `([a-z_]+)`", json.dumps(description) + "".join(p.read_text() for p in every_page())))
    for code in sorted((given | named) - listed - shown - {"no_such_task"}):  # that one is answered as task_not_found
        if f"`{code}`" not in codes:
            wrong.append(f"{REFERENCE}: the code `{code}` is missing.")
    everything = "".join(sources.values())
    for code in sorted(code for code in listed if f'"{code}"' not in everything):
        wrong.append(f"{REFERENCE}: nothing answers with the code `{code}`.")

    frontend = Path("docs/frontend.md").read_text()
    drawing = sources[Path("crates/engine/src/form/schema.rs")].split("fn widget(")[1].split("\n}")[0]
    for widget in re.findall(r'=> "([a-z-]+)",', drawing):
        if f"`{widget}`" not in frontend:
            wrong.append(f"docs/frontend.md: how `x-widget` {widget} is drawn is missing.")

    def call(path, token=None, body=None):
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"{base}/v1{path}", json.dumps(body).encode() if body else None, headers)
        return json.load(urllib.request.urlopen(request))

    token = call("/auth/login", body={"email": "ada@acme.example", "password": "countersign-demo"})["access_token"]
    types = call("/event-types", token)["data"]
    rows = [f"| `{e['name']}` | {e['about'].rstrip('.')} | `{e['thing']}` | `{e['scope']}` |" for e in types]
    described = {m["name"] for m in json.loads(Path("api-spec/asyncapi.json").read_text())["components"]["messages"].values()}
    for name in (described | set(description["webhooks"])) ^ {e["name"] for e in types}:
        wrong.append(f"api-spec: the type of event {name} is not in all of openapi.json, asyncapi.json and GET /v1/event-types.")
    scopes: dict[str, list[str]] = {}
    for methods in description["paths"].values():
        for operation in methods.values():
            for scope in [s for needed in operation.get("security", []) for s in needed.get("bearer", [])]:
                scopes.setdefault(scope, []).append(f"`{operation['operationId']}`")
    rows += [f"| `{scope}` | {', '.join(sorted(operations))} |" for scope, operations in sorted(scopes.items())]
    schemas = description["components"]["schemas"]
    rows += [f"| {what} | {', '.join(f'`{word}`' for word in schemas[name]['enum'])} |" for what, name in WORDS.items()]
    tables = page[page.index("## Events") : page.index("## Ids")]
    standing = re.findall(r"^\| (?!---|type|scope|of).*$", tables, re.M)
    wrong += [f"{REFERENCE}: this row is missing: {row}" for row in rows if row not in standing]
    wrong += [f"{REFERENCE}: this row is not as the server has it: {row}" for row in standing if row not in rows]
    prefixes = set(re.findall(r"\^([a-z]+_)", " ".join(schema.get("pattern", "") for schema in schemas.values())))
    wrong += [f"{REFERENCE}: the prefix `{prefix}` is missing." for prefix in sorted(prefixes) if f"| `{prefix}` |" not in page]
    return wrong


LANGUAGE = Path("docs/workflows/reference.md")
# What api-spec/workflow.schema.json defines, and under which heading the page tells it.
TOLD = {
    "A workflow": ["workflow"],
    "Form": ["field"],
    "Facts": ["fact"],
    "Checks": ["check"],
    "Who": ["who", "some-who"],
    "approval": ["approval"],
    "on_reject": ["on_reject"],
    "remind": ["remind"],
    "if_late": ["if_late", "if_late-item"],
    "weights and ask": ["weight", "ask"],
    "defaults": ["defaults"],
    "task": ["task"],
    "choose": ["choose", "case"],
    "parallel": ["parallel"],
    "repeat": ["repeat"],
    "each": ["each"],
    "stage": ["stage"],
    "wait": ["wait", "awaited"],
    "action": ["action"],
    "cc": ["cc"],
    "set": ["set"],
    "end": ["end"],
    "Stories": ["story", "given", "expect"],
    "People": ["person"],
    "Calendars": ["calendar", "for", "holiday"],
    "Tables": ["table"],
    "leave": ["leave"],
    "Leave types": ["leave_types", "leave-type"],
    "entitlement": ["entitlement", "accrues"],
    "carry_over": ["carry_over"],
    "blackouts": ["blackout"],
    "Stories of leave": ["story-of-leave", "employment", "terms", "leave-taken"],
    "Automations": ["automation"],
    "start": ["start"],
    "action of an automation": ["action-of-an-automation"],
    "choose of an automation": ["choice-of-an-automation", "case-of-an-automation"],
}


def not_in_the_language() -> list[str]:
    """What a workflow file can say and its reference lacks, or has and no file can say."""
    wrong = []
    page = LANGUAGE.read_text()
    headings = [(m[2], m.start()) for m in re.finditer(r"^(#+) (.*)$", page, re.M)]
    ends = [start for _, start in headings[1:]] + [len(page)]
    sections = {name: page[start:end] for (name, start), end in zip(headings, ends)}
    known = json.loads(Path("api-spec/workflow.schema.json").read_text())["$defs"]
    # Types of fields have a table of their own.
    sections["Form"] += sections["Types of fields"]

    def words(schema) -> set[str]:
        """Words that a key takes besides what is defined elsewhere."""
        if isinstance(schema, list):
            return {word for one in schema for word in words(one)}
        if not isinstance(schema, dict):
            return set()
        own = {word for word in schema.get("enum", []) if isinstance(word, str)}
        return own | {word for name, one in schema.items() if name != "enum" for word in words(one)}

    told = {name for names in TOLD.values() for name in names}
    for name in sorted(set(known) - told - {"words", "steps"}):
        wrong.append(f".ci/docs.py: under which heading of {LANGUAGE} is `{name}` of the schema told?")
    for heading, names in TOLD.items():
        section = sections[heading]
        keys: set[str] = set()
        for name in names:
            properties = known[name].get("properties", {})
            here = {key: one for key, one in properties.items() if "not in this version" not in one.get("description", "")}
            keys |= set(here)
            # What the keys of `defaults` take is told under "approval".
            taken = set() if name == "defaults" else words(list(here.values()) if properties else known[name])
            for word in sorted(set(here) | taken):
                # `{role: NAME}` and `code code code` tell their words too.
                if not re.search(rf"`[^`\n]*\b{re.escape(word)}\b[^`\n]*`", section):
                    wrong.append(f"{LANGUAGE}: `{word}` of `{name}` is missing under \"{heading}\".")
        for row in re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", sections[heading].split("### Types of fields")[0], re.M):
            for key in re.findall(r"`([a-z_]+)`", row):
                if key not in keys and heading not in ("Who", "Tables"):
                    wrong.append(f"{LANGUAGE}: under \"{heading}\" stands the key `{key}`, which no file can have.")

    functions = Path("crates/engine/src/expr/function.rs").read_text()
    for form, example in re.findall(r'form: "(.*?)",.*?example: "(.*?)",', functions, re.S):
        if f"`{form}`" not in page:
            wrong.append(f"{LANGUAGE}: the function `{form}` is missing.")
        if f"\n{example}\n" not in page:
            wrong.append(f"{LANGUAGE}: the example `{example}` is missing.")
    for name in set(re.findall(r"^\| `([a-z_]+)\(", sections["Functions"], re.M)) - set(re.findall(r'name: "([a-z_]+)"', functions)):
        wrong.append(f"{LANGUAGE}: there is no function `{name}`.")
    grammar = re.search(r"^//! ```text\n(.*?)^//! ```", Path("crates/engine/src/expr/syntax.rs").read_text(), re.S | re.M)
    shown = re.sub(r"\s+", " ", sections["Grammar"])
    for rule in re.sub(r"^//! ?", "", grammar[1], flags=re.M).split(" .\n"):
        if re.sub(r"\s+", " ", rule).strip() not in shown:
            wrong.append(f"{LANGUAGE}: the grammar lacks {rule.strip()}")
    scope = Path("crates/engine/src/expr/scope.rs").read_text()
    for parts, shape in [("PERSON_PARTS", r"\.{}\b"), ("REQUEST_PARTS", r"\.{}\b"), ("STEP_PARTS", r"\.{}\b")]:
        for part in re.findall(r'\("([a-z_]+)"', re.search(rf"{parts}:.*?\];", scope, re.S)[0]):
            if not re.search(shape.format(part), sections["Names"]):
                wrong.append(f"{LANGUAGE}: `.{part}` is missing under \"Names\".")
    return wrong


def main() -> int:
    base, binary, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]) / "pages"
    wrong = dead_links(base) + unknown_operations() + not_in_the_reference(base) + not_in_the_language()
    chosen = [Path(name) for name in sys.argv[4:]]
    ran = compared = files = 0
    for page in chosen or [Path("README.md"), *sorted(Path("docs").rglob("*.md"))]:
        own = folder / re.sub(r"\W", "-", str(page))
        count, shown, problems = run_page(page, base, binary, own)
        tested, untrue = files_of(page, binary, own / "files")
        ran, compared, files = ran + count, compared + shown, files + tested
        wrong += problems + untrue
    for problem in wrong:
        print(problem)
    if wrong:
        print(f"docs: {len(wrong)} things are wrong")
        return 1
    print(f"docs: {ran} blocks of commands run, {compared} answers as shown, {files} whole files tested, every link leads somewhere")
    return 0


if __name__ == "__main__":
    sys.exit(main())
