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
