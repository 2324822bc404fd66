import t from "tap";
import { PlanError, parsePlan } from "../../bench/cluster/plan.ts";

t.test("without options every op runs at every count", async (t) => {
  t.strictSame(parsePlan([]), {
    kind: "cluster",
    ops: ["put", "get", "sget"],
    outstanding: [1, 16, 64, 256],
    seconds: 4,
    rounds: 3,
    json: false,
  });
});

t.test("scripts can choose the cells, their length and the form", async (t) => {
  const argv = "--json --ops put,get --outstanding 1,64 --seconds 0.5 --rounds 2".split(" ");
  t.strictSame(parsePlan(argv), {
    kind: "cluster",
    ops: ["put", "get"],
    outstanding: [1, 64],
    seconds: 0.5,
    rounds: 2,
    json: true,
  });
});

t.test("a running cluster gets one load", async (t) => {
  const argv = "--attach 127.0.0.1:7400,[::1]:7401 --ops sget --outstanding 16 --seconds 2".split(" ");
  t.strictSame(parsePlan(argv), {
    kind: "attach",
    endpoints: [
      { host: "127.0.0.1", port: 7400 },
      { host: "::1", port: 7401 },
    ],
    load: { op: "sget", outstanding: 16, seconds: 2 },
  });
});

t.test("a command line that cannot be meant is refused with its reason", async (t) => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["--ops put,scan", /"scan" is none of put, get, sget/],
    ["--outstanding 0", /--outstanding: 0 is no whole number/],
    ["--outstanding 1,x", /--outstanding: NaN/],
    ["--seconds 0", /--seconds: 0 is not above 0/],
    ["--rounds 1.5", /--rounds: 1.5 is no whole number/],
    ["--attach 127.0.0.1:7400", /--attach runs one load/],
    ["--attach :7400 --ops put --outstanding 1", /":7400" is not HOST:PORT/],
    ["--speed fast", /speed/],
  ];
  for (const [line, reason] of refused) {
    t.throws(() => parsePlan(line.split(" ")), { name: "PlanError", message: reason }, line);
  }
  t.ok(new PlanError("why") instanceof Error);
});
