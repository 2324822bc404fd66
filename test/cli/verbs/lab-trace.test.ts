import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { encodeTraceLine, type JsonObject, type TraceLine } from "../../../src/node/trace-line.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvlab-trace-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

const WALL_MS = Date.UTC(2026, 0, 1);
const MEMBERS = { 1: "n1", 2: "n2" };
const VIEW: JsonObject = {
  role: "follower",
  serving: false,
  ballot: "1.1",
  promised: "1.1",
  leader: 1,
  chosen: 7,
  damaged: 0,
};

function header(node: string, at: number, wallMs: number): TraceLine {
  return { type: "trace", version: 1, writer: "kvd 1", node, members: MEMBERS, at, wallMs };
}
const event = (at: number, who: string, kind: string): TraceLine => ({
  type: "event",
  at,
  who,
  kind,
  detail: "",
});
const read = (at: number, node: string, id: number): TraceLine => {
  return { type: "step", at, node, group: 0, input: { kind: "read", id }, effects: {}, view: VIEW };
};

function file(name: string, lines: readonly TraceLine[], more = ""): string {
  const path = join(dir, name);
  writeFileSync(path, lines.map(encodeTraceLine).join("") + more);
  return path;
}

async function kvlab(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, ["trace", ...argv], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

// Their monotonic clocks have nothing in common; the second machine was started 500 ms after the first.
const N1 = file("n1", [
  header("n1", 90_000, WALL_MS),
  event(90_100, "n1", "one"),
  event(90_600, "n1", "three"),
  { type: "clock", at: 91_000, wallMs: WALL_MS + 2000 },
  event(91_000, "n1", "five"),
]);
const N2 = file("n2", [header("n2", 10, WALL_MS + 500), event(15, "n2", "two"), event(1000, "n2", "four")]);

t.test("the traces of several machines are laid side by side by their wall clocks", async (t) => {
  const { status, stdout, stderr } = await kvlab(N1, N2, "--width", "80");
  t.match({ status, stderr }, { status: 0, stderr: "" });
  t.match(stdout, /^0 ms is 2026-01-01T00:00:00\.000Z\n/);
  const rows = stdout.split("\n").filter((row) => row.includes("■"));
  t.match(rows, [
    /^ +100\.000 ■ one/,
    /^ +505\.000 +│■ two/,
    /^ +600\.000 ■ three/,
    /^ +1490\.000 +│■ four/,
    /^ +2000\.000 ■ five/,
  ]);
});

t.test("a stretch is counted from the earliest beginning", async (t) => {
  const { stdout } = await kvlab(N1, N2, "--from", "505", "--to", "600");
  t.equal(stdout.split("\n").filter((row) => row.includes("■")).length, 2);
});

t.test("as JSON they are one trace, which can be shown again", async (t) => {
  const { stdout } = await kvlab(N1, N2, "-o", "json");
  const joint = join(dir, "joint");
  writeFileSync(joint, stdout);
  t.equal((await kvlab(joint)).stdout, (await kvlab(N1, N2)).stdout);
});

t.test("a second header in a file is a restart of its node", async (t) => {
  const twice = file("twice", [
    header("n1", 50, WALL_MS),
    read(60, "n1", 1),
    header("n1", 3, WALL_MS + 900),
    read(4, "n1", 2),
  ]);
  const { stdout } = await kvlab(twice);
  t.match(stdout, /^ +900\.000 ■ started kvd 1/m);
  t.match(stdout, /^ +901\.000 read r2/m);
  t.equal(stdout.match(/is follower of n1/g)?.length, 2, "its state is told anew");
});

t.test("an unfinished last line is no fault, an unreadable one in the middle is damage", async (t) => {
  const torn = file("torn", [header("n1", 0, WALL_MS), event(1, "n1", "one")], '{"type":"ev');
  t.match(await kvlab(torn), { status: 0, stderr: "" });
  const restart = encodeTraceLine(header("n1", 0, WALL_MS + 900));
  const restarted = file("restarted", [header("n1", 0, WALL_MS)], `{"type":"ev\n${restart}`);
  t.match(await kvlab(restarted), { status: 0, stderr: "" }, "nor is the last one before a restart");
  const garbage = file(
    "garbage",
    [header("n1", 0, WALL_MS)],
    `rubbish\n${encodeTraceLine(event(1, "n1", "one"))}`,
  );
  const { status, stdout, stderr } = await kvlab(garbage);
  t.equal(status, 9);
  t.match(stdout, /■ one/);
  t.equal(stderr, `kvlab: ${garbage}:2: it is not JSON\n`);
});

t.test("a line without what it must have is damage, the last one too, and the rest is shown", async (t) => {
  const step = JSON.stringify({ ...read(2, "n1", 1), node: undefined });
  const nameless = file("nameless", [header("n1", 0, WALL_MS), event(1, "n1", "one")], `${step}\n`);
  const shown = await kvlab(nameless, "-o", "json");
  t.match(shown, { status: 9, stdout: /"kind":"one"/ });
  t.strictSame(JSON.parse(shown.stderr), {
    error: { code: "trace", message: `${nameless}:3: its node is no string` },
  });
  const torn = file("nameless-torn", [header("n1", 0, WALL_MS)], `${step}\n{"type":"ev`);
  t.equal((await kvlab(torn)).stderr, `kvlab: ${torn}:2: its node is no string\n`);
});

t.test("a line of a type that is not known is passed over", async (t) => {
  const later = file("later", [header("n1", 0, WALL_MS)], `{"type":"later","at":1}\n`);
  t.match(await kvlab(later), { status: 0, stderr: "" });
  const typeless = file("typeless", [header("n1", 0, WALL_MS)], `{"at":1}\n`);
  t.match(await kvlab(typeless), { status: 9, stderr: /:2: its type is no string/ });
});

t.test("what is no trace is refused with its name", async (t) => {
  t.match(await kvlab(join(dir, "absent")), { status: 9, stderr: /absent' cannot be read: ENOENT/ });
  t.match(await kvlab(dir), { status: 9, stderr: `kvlab: '${dir}' cannot be read: EISDIR\n` });
  t.match(await kvlab(file("empty", [])), { status: 9, stderr: /empty' is no trace: it is empty/ });
  t.match(await kvlab(file("headless", [event(1, "n1", "one")])), {
    status: 9,
    stderr: /first line is no header/,
  });
  const other = file("other", [
    { type: "trace", version: 1, writer: "kvd 1", members: { 1: "alpha" }, at: 0 },
  ]);
  t.match(await kvlab(N1, other), { status: 2, stderr: /of two clusters: node 1 is n1 and alpha/ });
  t.match(await kvlab(), { status: 2 });
});

t.test("a file that is named twice is a usage error", async (t) => {
  const terminal = new FakeTerminal();
  t.equal(await runProgram(KVLAB, ["trace", "a.jsonl", "b.jsonl", "a.jsonl"], terminal), 2);
  t.equal(terminal.stderr, "kvlab: 'a.jsonl' is named twice\n");
});
