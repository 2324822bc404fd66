import t from "tap";
import { coverageOf } from "../../../src/lab/report/coverage.ts";

t.test("what is known and never occurred is named, what occurred is counted", async (t) => {
  const counts = new Map([
    ["fault:kill", 3],
    ["message:accept", 7],
    ["message:unheard-of", 1],
    ["became_leader", 2],
  ]);
  const groups = coverageOf(counts);
  const of = (title: string, name: string): number | undefined =>
    groups.find((group) => group.title === title)?.covered.find((covered) => covered.name === name)?.count;
  t.equal(of("faults", "kill"), 3);
  t.equal(of("faults", "pause"), 0);
  t.equal(of("messages between members", "accept"), 7);
  t.equal(of("messages between members", "prepare"), 0);
  t.equal(of("messages between members", "unheard-of"), 1, "a name that nobody listed");
  t.equal(of("requests of clients", "mutate"), 0);
  t.equal(of("replies to clients", "failure"), 0);
  t.equal(of("events", "became_leader"), 2);
  t.equal(of("events", "fault:kill"), undefined);
});
