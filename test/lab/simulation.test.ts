import t from "tap";
import { runSeed } from "./swarm-run.ts";

const SMALL = { faultsForMs: 5000 };

t.test("the same seed gives the same run to the byte, another seed another", async (t) => {
  const [first, again, other] = [await runSeed(2, SMALL), await runSeed(2, SMALL), await runSeed(3, SMALL)];
  t.equal(first.failure, undefined, first.failure ?? "clean");
  t.strictSame(again, first);
  t.not(other.digest, first.digest);
});
