import t from "tap";
import { runInLab } from "./run-in-lab.ts";

const THREE = "start -n node-1\nstart -n node-2\nstart -n node-3\nwait -t 1\n";

t.test("the same script and seed give the same run, another seed another", async (t) => {
  // Three at once, so that who leads is for the seed to say.
  const text = `${THREE}${[1, 2, 3].map((node) => `expect leader not node-${node}\n`).join("")}`;
  const leaders = new Set<number | undefined>();
  for (let seed = 1; seed <= 8; seed++) {
    const first = await runInLab(text, seed);
    t.strictSame(await runInLab(text, seed), first);
    leaders.add(first.steps.at(-1)?.line.number);
  }
  t.ok(leaders.size > 1, "seeds differ in who leads");
});

t.test("a wrong expectation ends the run at its line and says what was seen", async (t) => {
  const { broken, steps } = await runInLab(
    `${THREE}set -n node-1 -k A -v 11\nget -n node-2 -k A\nexpect 12\nget -n node-3 -k A`,
  );
  t.equal(broken, 1);
  t.equal(steps.at(-1)?.line.number, 7);
  t.same(steps.at(-1)?.broken, { expected: "12", seen: "11" });
});

t.test("a member that is never started counts: two of five are no majority", async (t) => {
  const text = "start -n a\nstart -n b\nwait -t 1\nset -n a -k A -v 1\nexpect error any\npartition a b c d e";
  t.equal((await runInLab(text)).broken, 0);
});

t.test("a node that is down answers nothing, and that is certain", async (t) => {
  const { lines } = await runInLab(`${THREE}fail -n node-1\nset -n node-1 -k A -v 11`);
  t.match(lines.at(-1), /^set node-1 A=11: error unavailable \(not applied\)/);
});

t.test("a key that is too long is refused before it leaves", async (t) => {
  const { lines } = await runInLab(`${THREE}set -n node-1 -k ${"k".repeat(1025)} -v 11`);
  t.match(lines.at(-1), /error too_large \(not applied\)/);
});

t.test("a wait is as long as it says, however long that is", async (t) => {
  const { broken } = await runInLab(`${THREE}wait -t 600\nset -n node-2 -k A -v 11\nexpect ok`);
  t.equal(broken, 0);
});
