import t from "tap";
import { TIME_BUCKETS } from "../../src/base/time-buckets.ts";
import type { NodeMeasures } from "../../src/wire/client-messages.ts";
import { measuresBody, measuresField } from "../../src/wire/measures-fields.ts";
import { kvd } from "../../src/wire/schema.generated.js";

const MEASURES: NodeMeasures = {
  wallMs: 1_700_000_000_000.5,
  figures: new Map([
    ["uptime_ms", 12.5],
    ["temperature", -3],
  ]),
  settings: new Map([["history.age", "1h"]]),
  timings: new Map([["get", [0, 3, 2 ** 40]]]),
};

const through = (measures: NodeMeasures): NodeMeasures =>
  measuresField(kvd.NodeMeasures.decode(kvd.NodeMeasures.encode(measuresBody(measures)).finish()));

t.test("measures come out as they went in", async (t) => {
  t.strictSame(through(MEASURES), MEASURES);
  const none = { wallMs: 0, figures: new Map(), settings: new Map(), timings: new Map() };
  t.strictSame(measuresField({}), none);
});

t.test("measures that no node gives are refused with a reason", async (t) => {
  const many = new Map(Array.from({ length: 257 }, (_, index) => [`f${index}`, 1]));
  const bad: readonly [Partial<NodeMeasures>, RegExp][] = [
    [{ wallMs: -1 }, /wall clock -1/],
    [{ figures: new Map([["a", Number.NaN]]) }, /figure NaN/],
    [{ figures: many }, /list of 257/],
    [{ settings: new Map([["a", "x".repeat(300)]]) }, /setting has 300/],
    [{ timings: new Map([["get", [0.5]]]) }, /count 0.5/],
    [{ timings: new Map([["get", new Array(TIME_BUCKETS + 1).fill(0)]]) }, /90 buckets/],
  ];
  for (const [part, message] of bad) t.throws(() => through({ ...MEASURES, ...part }), { message });
});
