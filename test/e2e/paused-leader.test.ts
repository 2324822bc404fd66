import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { present } from "../../src/base/assert.ts";
import { openClient } from "../../src/client/open.ts";
import { servingLeader } from "../torture/failover.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import { withCluster } from "./with-cluster.ts";

const PAUSE_MS = 2_000;

t.test("a leader that was paused never answers with an old value", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster) => {
    const writer = await openClient({ endpoints: cluster.addresses() });
    try {
      for (let round = 1; round <= 3; round++) {
        // Under a lease the leader asks nobody: then it is the clock that must tell it.
        if (round === 2) await writer.operator.setLeaderLease(250);
        await writer.put("paused", `${round} before`);
        const leader = await servingLeader(cluster);
        const index = cluster.list().findIndex(({ id }) => id === leader);
        const address = present(cluster.addresses()[index], "the leader has an address");
        const caller = await NodeCaller.open(address);
        await caller.ask((id) => ({ kind: "ping", id }), 5_000);

        cluster.pause(leader);
        // These wait in the paused leader's socket: it sees them first when it goes on.
        const early = askOften(caller);
        const pausedMs = performance.now();
        await writer.put("paused", `${round} meanwhile`, { timeoutMs: 10_000 });
        const servedMs = performance.now() - pausedMs;
        t.equal(cluster.list()[index]?.state, "paused", "the others served during the pause");
        await sleep(Math.max(0, PAUSE_MS - servedMs));
        const late = askOften(caller);
        cluster.resume(leader);
        t.comment(`round ${round}: the others served after ${Math.round(servedMs)} ms`);
        for (const answer of await Promise.all(late)) {
          const value = answeredValue(answer);
          t.ok(
            value === undefined || value === `${round} meanwhile`,
            `asked after the new write: ${value ?? "no answer"}`,
          );
        }
        for (const answer of await Promise.all(early)) {
          const value = answeredValue(answer);
          const isPossible =
            value === undefined || value === `${round} before` || value === `${round} meanwhile`;
          t.ok(isPossible, `asked during the pause: ${value ?? "no answer"}`);
        }
        caller.close();
      }
    } finally {
      writer.close();
    }
  });
});

/** Eight linearizable reads of the key, at once: each comes to its reply, or to what it was refused with. */
function askOften(caller: NodeCaller): readonly Promise<unknown>[] {
  const key = new TextEncoder().encode("paused");
  return Array.from({ length: 8 }, () =>
    caller
      .ask(
        (id, timeoutMs) => ({ kind: "get", id, timeoutMs, key, consistency: { level: "linearizable" } }),
        10_000,
      )
      .catch((thrown: unknown) => thrown),
  );
}

/** The value that a reply shows; undefined when the read was refused. */
function answeredValue(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("body" in answer)) return undefined;
  const { body } = answer as {
    readonly body: { readonly kind: string; readonly record?: { readonly value: Uint8Array } };
  };
  return body.kind === "record" && body.record !== undefined
    ? new TextDecoder().decode(body.record.value)
    : undefined;
}
