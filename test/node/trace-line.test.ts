import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { encodeTraceLine, parseTraceLine, type TraceLine } from "../../src/node/trace-line.ts";

const LINES: readonly TraceLine[] = [
  { type: "trace", version: 1, writer: "kvd 1", node: "n1", members: { 1: "n1" }, at: 5, wallMs: 9 },
  { type: "trace", version: 1, writer: "kvlab 1", seed: 7, members: {}, at: 0 },
  { type: "clock", at: 1, wallMs: 2 },
  { type: "step", at: 1.5, node: "n1", group: 0, input: { kind: "tick" }, effects: {}, view: {} },
  { type: "event", at: 2, who: "net", kind: "partition", detail: "n1 | n2\nn3" },
  { type: "dropped", at: 3, count: 12 },
];

t.test("every line parses back, on a line of its own", async (t) => {
  for (const line of LINES) {
    const text = encodeTraceLine(line);
    t.equal(text.indexOf("\n"), text.length - 1);
    t.same(parseTraceLine(text.trimEnd()), line);
  }
});

t.test("what is no line of a trace is refused with the reason", async (t) => {
  const reasonOf = (text: string): string => {
    const line = parseTraceLine(text);
    return "reason" in line ? line.reason : "none";
  };
  t.equal(reasonOf('{"type":"st'), "it is not JSON");
  t.equal(reasonOf("7"), "it is not an object");
  t.equal(reasonOf("null"), "it is not an object");
  t.equal(reasonOf("{}"), "its type is no string");
  t.equal(reasonOf('{"type":"toString"}'), "its type 'toString' is unknown");
  t.equal(reasonOf('{"type":"clock","at":1}'), "its wallMs is no number");
  t.equal(reasonOf('{"type":"event","at":"1"}'), "its at is no number");
  t.match(reasonOf('{"type":"trace","version":2,"writer":"","members":{},"at":0}'), /version 2, and 1 is/);
});

t.test("a line without one of its fields never passes", async (t) => {
  for (const line of LINES) {
    for (const field of Object.keys(line)) {
      const without = Object.fromEntries(Object.entries(line).filter(([name]) => name !== field));
      const isOptional = line.type === "trace" && ["node", "seed", "wallMs"].includes(field);
      t.equal("reason" in parseTraceLine(JSON.stringify(without)), !isOptional, `${line.type} ${field}`);
    }
  }
});

/** The declaration of a type, up to the next one. */
function declarationOf(source: string, name: string): string {
  const from = source.search(new RegExp(`^export (?:type|interface) ${name}\\b`, "m"));
  const rest = source.slice(from + 1);
  const end = rest.search(/^export /m);
  return end < 0 ? rest : rest.slice(0, end);
}

t.test("docs/TRACE.md names every input, write and notice, and every field of a view", async (t) => {
  const repository = join(import.meta.dirname, "../../..");
  const source = readFileSync(join(repository, "src/paxos/effects.ts"), "utf8");
  const page = readFileSync(join(repository, "docs/TRACE.md"), "utf8");
  const named = (name: string): boolean => new RegExp(`\`${name}[\`\\s]`).test(page);
  for (const type of ["Input", "Write", "Notice"]) {
    const kinds = [...declarationOf(source, type).matchAll(/kind: "([a-z-]+)"/g)].map(
      ([, kind]) => kind ?? "",
    );
    t.ok(kinds.length >= 5, type);
    for (const kind of kinds) t.ok(named(kind), `${type} ${kind}`);
  }
  for (const type of ["ReplicaView", "Effects"]) {
    const declared = declarationOf(source, type);
    const fields = [...declared.matchAll(/^ {2}readonly (\w+):/gm)].map(([, field]) => field ?? "");
    t.ok(fields.length >= 8, type);
    for (const field of fields) t.ok(named(field), `${type} ${field}`);
  }
});
