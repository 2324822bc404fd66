import t from "tap";
import { parseScript } from "../../../src/lab/chi/parser.ts";
import type { Command } from "../../../src/lab/chi/script.ts";
import { ScriptError } from "../../../src/lab/chi/script-error.ts";

function commandsOf(text: string): readonly Command[] {
  return parseScript("x.chi", text).lines.map(({ command }) => command);
}

t.test("every command is read as it is written", async (t) => {
  const text = [
    "\ufeff# a comment",
    "start -n node-1\r",
    "",
    "  wait -t 0.3   # seconds",
    'set -v "two words" -n node-1 -k A',
    "get -n node-1 -k A",
    "delete -n node-1 -k A",
    "pause -n node-1",
    "resume -n node-1",
    "fail -n node-1",
    "recover -n node-1",
    "failover -n node-1",
    "partition node-1 node-2 | node-3",
    "partition node-1|node-2",
    "heal",
  ].join("\n");
  t.same(commandsOf(text), [
    { kind: "start", node: "node-1" },
    { kind: "wait", ms: 300 },
    { kind: "set", node: "node-1", key: "A", value: "two words" },
    { kind: "get", node: "node-1", key: "A" },
    { kind: "delete", node: "node-1", key: "A" },
    { kind: "pause", node: "node-1" },
    { kind: "resume", node: "node-1" },
    { kind: "fail", node: "node-1" },
    { kind: "recover", node: "node-1" },
    { kind: "failover", node: "node-1" },
    { kind: "partition", groups: [["node-1", "node-2"], ["node-3"]] },
    { kind: "partition", groups: [["node-1"], ["node-2"]] },
    { kind: "heal" },
  ]);
});

t.test("every expectation is read as it is written, and quoted words are values", async (t) => {
  const expectations = [
    ["11", { kind: "content", contents: [{ kind: "value", value: "11" }] }],
    ["absent", { kind: "content", contents: [{ kind: "absent" }] }],
    ['"absent"', { kind: "content", contents: [{ kind: "value", value: "absent" }] }],
    ['"ok"', { kind: "content", contents: [{ kind: "value", value: "ok" }] }],
    ["one-of 11 absent", { kind: "content", contents: [{ kind: "value", value: "11" }, { kind: "absent" }] }],
    ["ok", { kind: "ok" }],
    ["error any", { kind: "error", codes: [] }],
    ["error no_leader|timeout", { kind: "error", codes: ["no_leader", "timeout"] }],
    ["leader node-2", { kind: "leader", node: "node-2", isLeader: true }],
    ["leader not node-2", { kind: "leader", node: "node-2", isLeader: false }],
  ] as const;
  for (const [text, expectation] of expectations) {
    t.same(commandsOf(`get -n node-1 -k A\nexpect ${text}`)[1], { kind: "expect", expectation }, text);
  }
});

t.test("members are all nodes that the file names, in its order, started or not", async (t) => {
  const text = "start -n b\nget -n a -k A\nexpect leader not d\npartition b c | a";
  t.same(parseScript("x.chi", text).members, ["b", "a", "d", "c"]);
});

/** What is wrong with a file that begins with `start -n node-1`, and how it is said of its second line. */
const BAD: readonly (readonly [line: string, message: string])[] = [
  ["strat -n node-2", "2:1: unknown command 'strat'; did you mean start?"],
  [
    "frobnicate",
    "2:1: unknown command 'frobnicate'; there are start, fail, recover, pause, resume, failover, wait, set, get, delete, partition, heal, expect",
  ],
  ["set -n node-1 -k A", "2:1: -v is missing; write set -n NODE -k KEY -v VALUE"],
  ["get -n node-1 -k", "2:15: -k needs a KEY behind it"],
  ["get -n node-1 -n node-1 -k A", "2:15: -n is given twice"],
  ["get -n node-1 -key A", "2:15: '-key' is unknown to get; write get -n NODE -k KEY"],
  ["start node-2", "2:7: 'node-2' is unknown to start; write start -n NODE"],
  ["start -n 2", "2:10: '2' is no node name: a letter, then letters, digits, dots and hyphens, 63 at most"],
  ["wait", "2:1: -t is missing; write wait -t SECONDS"],
  ["wait -t -1", "2:9: '-1' is no number of seconds from 0 to 86400, as 1 or 0.3"],
  ["wait -t 1s", "2:9: '1s' is no number of seconds from 0 to 86400, as 1 or 0.3"],
  ["wait -t 100000", "2:9: '100000' is no number of seconds from 0 to 86400, as 1 or 0.3"],
  ["heal now", "2:6: 'now' is unknown to heal; write heal"],
  ["partition", "2:1: a group without a node; write partition NODE... | NODE..."],
  ["partition node-1 |", "2:1: a group without a node; write partition NODE... | NODE..."],
  ["partition node-1 | node-1", "2:20: node-1 is named twice"],
  ["expect", "2:1: expect what? A value, absent, ok, one-of ..., error ... or leader ..."],
  ["expect leader", "2:8: 'leader' needs a node's name behind it"],
  ["expect error no-leader", "2:14: 'no-leader' is no error code; did you mean no_leader?"],
  ["expect one-of", "2:8: one-of needs values, or absent, behind it"],
  ["expect two words", "2:12: 'words' is one word too many; a value with spaces stands in quotes"],
  ['set -n node-1 -k "A -v 1', '2:18: the quote " has no end on this line'],
  ["expect 11", "2:1: there is no get, set or delete above that this could be about"],
  ["start -n node-1", "2:1: node-1 cannot start: it is running here"],
  ["recover -n node-1", "2:1: node-1 cannot recover: it is running here"],
  ["resume -n node-1", "2:1: node-1 cannot resume: it is running here"],
  ["fail -n node-2", "2:1: node-2 cannot fail: it is never started here"],
  ["pause -n node-2", "2:1: node-2 cannot pause: it is never started here"],
];

for (const [line, message] of BAD) {
  t.test(`'${line}' is refused with its place and its reason`, async (t) => {
    t.throws(() => parseScript("x.chi", `start -n node-1\n${line}\n`), new ScriptError("", []), line);
    try {
      parseScript("x.chi", `start -n node-1\n${line}\n`);
    } catch (error) {
      t.equal((error as Error).message, `x.chi:${message}`);
    }
  });
}

t.test("a value is expected of a get alone", async (t) => {
  const text = "set -n node-1 -k A -v 11\nexpect 11";
  t.throws(() => parseScript("x.chi", text), { message: /^x.chi:2:1: a set answers ok or an error/ });
});

t.test("every bad line is told at once, a file without nodes is none", async (t) => {
  const text = "strat -n node-1\nwait -t 1\nwait -t x";
  t.throws(() => parseScript("x.chi", text), { message: /^x.chi:1:1: .*\nx.chi:3:9: [^\n]*$/ });
  t.throws(() => parseScript("x.chi", "# empty\n"), { message: /^x.chi:1:1: no line names a node/ });
  const many = Array.from({ length: 16 }, (_, index) => `start -n n${index}`).join("\n");
  t.throws(() => parseScript("x.chi", many), { message: /^x.chi:16:1: n15 would be member 16, 15 may be/ });
});
