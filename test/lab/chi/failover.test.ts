import t from "tap";
import { runInLab } from "./run-in-lab.ts";

const THREE = "start -n node-1\nstart -n node-2\nstart -n node-3\nwait -t 1\n";

t.test("whoever leads, each node that is to lead does", async (t) => {
  const text = [1, 2, 3, 3].map((node) => `failover -n node-${node}\nexpect leader node-${node}\n`).join("");
  for (let seed = 1; seed <= 4; seed++) {
    const { broken, lines } = await runInLab(`${THREE}${text}`, seed);
    t.equal(broken, 0, lines.join("\n"));
  }
});

t.test("an election that is under way is waited for", async (t) => {
  const { broken } = await runInLab(
    `${THREE.replace("wait -t 1\n", "")}failover -n node-2\nexpect leader node-2`,
  );
  t.equal(broken, 0);
});

t.test("a node that cannot be made the leader ends the script", async (t) => {
  const alone = `${THREE}failover -n node-1\npartition node-1 node-2\nfailover -n node-3`;
  await t.rejects(runInLab(alone), { message: /node-3 was not made the leader: node-[12] leads/ });
  const nobody = `${THREE}fail -n node-1\nfail -n node-2\nfailover -n node-3`;
  await t.rejects(runInLab(nobody), { message: /node-3 was not made the leader: nobody leads/ });
});

t.test("what does not run cannot be made the leader: the script is refused", async (t) => {
  await t.rejects(runInLab(`${THREE}pause -n node-1\nfailover -n node-1`), {
    message: "test.chi:6:1: node-1 cannot lead: it is paused here",
  });
});
