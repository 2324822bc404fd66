import t from "tap";
import { openCore } from "../../../src/cli/open-core.ts";
import type { SearchStep } from "../../../src/lab/explore/counter-example.ts";
import { SCENARIOS } from "../../../src/lab/explore/scenarios.ts";
import type { Search } from "../../../src/lab/explore/search.ts";
import { transcript } from "../../../src/lab/explore/transcript.ts";
import { brokenCore } from "./broken-core.ts";
import { ONE_CANDIDATE, searchOf } from "./tiny.ts";

function brokenBy(search: Search): readonly SearchStep[] {
  const { end } = search.run();
  return end.kind === "broken" ? end.counterExample.steps : [];
}

t.test("a counter-example reads as numbered steps in a column per member, up to what breaks", async (t) => {
  const core = await brokenCore({
    file: "outbox.js",
    sound: 'this.#writes.push({ kind: "promised", ballot });',
    broken: "",
  });
  const search = searchOf(ONE_CANDIDATE, { core });
  t.equal(
    transcript(search.table, brokenBy(search), 100),
    [
      "  # n1                              n2                              n3",
      "  1 its election time-out passes",
      "    -> n2 prepare 1.1 from slot 1",
      "    !! here the rule breaks",
      "",
    ].join("\n"),
  );
});

t.test("a prelude is part of the counter-example, so that it can be followed from nothing", async (t) => {
  const scenario = SCENARIOS.find(({ name }) => name === "watermark");
  const core = await brokenCore({
    file: "learner.js",
    sound: "(entry.ballot !== this.#leaderBallot && !entry.chosen)",
    broken: "false",
  });
  const search = searchOf(scenario ?? ONE_CANDIDATE, { core, statesMax: 10_000 });
  const steps = brokenBy(search);
  const text = transcript(search.table, steps, 120);
  t.match(text, /^ {2}# n1 +n2 +n3\n {2}1 its election time-out passes\n/);
  t.match(text, new RegExp(`^ *${steps.length} .*<- n2 heartbeat 2\\.2`, "m"));
  t.match(text, /!! here the rule breaks\n$/);
  t.ok(text.split("\n").every((line) => line.length <= 120));
});

t.test("the core that is loaded shows its fields, and is the one of this build", async (t) => {
  const core = await openCore();
  t.notMatch(core.Replica.toString(), /#/);
  t.match(core.Replica.toString(), /_proposer/);
});
