import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { withCluster } from "./with-cluster.ts";

const PATIENCE = "timeout=60s";

interface Told {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

async function ask(method: string, url: string, body?: object, init: RequestInit = {}): Promise<Told> {
  const headers = { "Content-Type": "application/json" };
  const payload = body === undefined ? {} : { body: JSON.stringify(body), headers };
  const answer = await fetch(url, { method, ...payload, ...init });
  return { status: answer.status, json: (await answer.json()) as Told["json"] };
}

t.test(
  "a holder whose lease has run out cannot write under its token when the next one has the lock",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const [first = "", second = "", third = ""] = cluster.urls();
      const held = await ask("POST", `${first}/v1/locks/app/job?${PATIENCE}`, { ttl: "8s", value: "first" });
      t.match(held, { status: 200, json: { key: /^app\/job\/[0-9a-f]{16}$/ } });
      const fence = { headers: { "Kvd-Fence": String(held.json["fence"]) } };
      t.match(await ask("POST", `${third}/kv/set?key=state&value=first&${PATIENCE}`, undefined, fence), {
        status: 200,
      });

      // Nobody keeps the first one's lease alive: it ends while the second one waits at another node.
      const { json: granted } = await ask("POST", `${second}/v1/leases?${PATIENCE}`, { ttl: "10m" });
      const claim = { lease: granted["id"], value: "second", wait: "60s" };
      const next = await ask("POST", `${second}/v1/locks/app/job?${PATIENCE}`, claim);
      t.match(next, { status: 200, json: { lease: granted["id"] } });
      const [former, latter] = [Number(held.json["fencing_token"]), Number(next.json["fencing_token"])];
      t.ok(latter > former, `${latter} is above ${former}`);

      t.match(await ask("POST", `${first}/kv/set?key=state&value=late&${PATIENCE}`, undefined, fence), {
        status: 409,
        json: { code: "fenced", outcome: "not_applied" },
      });
      t.match(await ask("GET", `${third}/kv/get?key=state&${PATIENCE}`), { json: { value: "first" } });
      const now = { "Kvd-Fence": String(next.json["fence"]) };
      const written = await ask("POST", `${third}/kv/set?key=state&value=second&${PATIENCE}`, undefined, {
        headers: now,
      });
      t.equal(written.status, 200);

      // Whoever goes away while it waits leaves no place behind.
      const leaving = new AbortController();
      const { signal } = leaving;
      const waiting = ask("POST", `${third}/v1/locks/app/job`, { ttl: "10m", wait: "60s" }, { signal });
      const lost = t.rejects(waiting, { name: "AbortError" });
      const whenWaiting = async (waiters: number): Promise<void> => {
        const seen = await ask("GET", `${first}/v1/locks/app/job?${PATIENCE}`);
        if (seen.json["waiters"] === waiters) return;
        await sleep(50);
        await whenWaiting(waiters);
      };
      await whenWaiting(1);
      leaving.abort();
      await lost;
      await whenWaiting(0);
      t.match(await ask("DELETE", `${first}/v1/locks/app/job?lease=${claim.lease}&${PATIENCE}`), {
        status: 200,
      });
      t.match(await ask("GET", `${second}/v1/locks/app/job?${PATIENCE}`), { json: { held: false } });
    });
  },
);
