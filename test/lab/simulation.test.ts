import t from "tap";
import { runSeed } from "./swarm-run.ts";

t.test("the same seed gives the same run to the byte, another seed another", async (t) => {
  const [first, again, other] = [await runSeed(2, 5000), await runSeed(2, 5000), await runSeed(3, 5000)];
  t.equal(first.failure, undefined, first.failure ?? "clean");
  t.strictSame(again, first);
  t.not(other.digest, first.digest);
});
