import t from "tap";
import { SCENARIOS } from "../../../src/lab/explore/scenarios.ts";
import { brokenCore } from "./broken-core.ts";
import { KNOWN_FAULTS } from "./faults.ts";
import { searchOf } from "./tiny.ts";

const scenario = (name: string) => {
  const found = SCENARIOS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
};

for (const { name, faults, rules, scenario: finder } of KNOWN_FAULTS) {
  t.test(`${name} is found by the scenario that is there for it`, async (t) => {
    const { end } = searchOf(scenario(finder), {
      core: await brokenCore(...faults),
      statesMax: 30_000,
    }).run();
    if (end.kind !== "broken") return t.fail("nothing broke");
    const { broken, steps } = end.counterExample;
    return t.ok(rules.includes(broken.rule), `${broken.message}, after ${steps.length} steps`);
  });
}

t.test("with names reduced or not, a fault is found by equally many steps", async (t) => {
  const fault = KNOWN_FAULTS.find(({ name }) => name === "an Accept taken below the promise");
  const faulty = await brokenCore(...(fault?.faults ?? []));
  const [reduced, full] = [true, false].map((isReduced) => {
    const { end } = searchOf(scenario("five-acceptors"), {
      core: faulty,
      isReduced,
      statesMax: 100_000,
    }).run();
    return end.kind === "broken" ? [end.counterExample.steps.length, end.counterExample.broken.rule] : [];
  });
  t.same(reduced, full);
  t.ok((reduced?.length ?? 0) > 0, "it is found");
});

t.test("a rule that breaks before the search begins is found, too", async (t) => {
  const faulty = await brokenCore({
    file: "outbox.js",
    sound: 'this.#writes.push({ kind: "promised", ballot });',
    broken: "",
  });
  const { end, depth } = searchOf(scenario("watermark"), { core: faulty }).run();
  if (end.kind !== "broken") return t.fail("nothing broke");
  const { broken, steps } = end.counterExample;
  return t.same([broken.rule, steps.length, depth], ["I8", 1, 0]);
});
