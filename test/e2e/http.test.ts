import { execFile, spawnSync } from "node:child_process";
import t from "tap";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { withCluster } from "./with-cluster.ts";

const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;

/** What `curl -s ARGS` prints, and the status as its last line. */
function curl(...args: readonly string[]): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const all = ["-s", "--max-time", "60", "-w", "\n%{http_code}", ...args];
    const child = execFile("curl", all, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const cut = stdout.lastIndexOf("\n");
      resolve({ status: Number(stdout.slice(cut + 1)), body: stdout.slice(0, cut) });
    });
    child.stdin?.end();
  });
}

/** The URL of a node that follows. */
async function follower(cluster: DevCluster): Promise<string> {
  const answer = await fetch(`${cluster.urls()[0]}/kv/get?key=none&timeout=30s`);
  const leader = answer.headers.get("kvd-leader");
  const node = cluster.list().find(({ id }) => id !== leader);
  if (leader === null || node === undefined) throw new Error("there is no follower");
  return node.url;
}

t.test(
  "the five endpoints, by plain curl at a follower",
  { skip: HAS_CURL ? false : "there is no curl here", timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const url = await follower(cluster);
      const ok = async (expected: object, ...args: readonly string[]): Promise<void> => {
        const { status, body } = await curl(...args);
        t.match(
          { status, json: JSON.parse(body) as unknown },
          { status: 200, json: expected },
          args.join(" "),
        );
      };
      await ok({ ok: true, key: "a", revision: 1 }, "-X", "POST", `${url}/kv/set?key=a&value=1`);
      await ok({ ok: true, version: 2 }, `${url}/kv/set?key=a`, "-d", "the body");
      await ok({ key: "a", value: "the body", revision: 2, create_revision: 1 }, `${url}/kv/get?key=a`);
      await ok({ value: "the body" }, `${url}/kv/get?key=a&consistency=sequential`);
      await ok({ ok: true, count: 2, revision: 3 }, `${url}/kv/set-multi`, "-d", '{"b":"2","c":"3"}');
      await ok({ keys: ["a", "b", "c"], count: 3, more: false }, `${url}/kv/keys`);
      await ok({ keys: ["b"] }, `${url}/kv/keys?prefix=b`);
      await ok({ old: null, new: "5" }, `${url}/kv/rmw`, "-d", '{"key":"n","op":"incr","arg":5}');
      await ok({ old: "5", new: "6" }, "-X", "POST", `${url}/kv/rmw?key=n&op=incr`);
      await ok({ old: "6", new: "9" }, `${url}/kv/rmw`, "-d", '{"key":"n","expected":"6","new":"9"}');
      await ok({ deleted: true }, "-X", "POST", `${url}/kv/delete?key=a`);

      t.match(await curl(`${url}/kv/get?key=a`), { status: 404, body: /"code":"not_found"/ });
      t.match(await curl(`${url}/kv/rmw`, "-d", '{"key":"n","expected":"6","new":"7"}'), {
        status: 409,
        body: /"current":"9"/,
      });
      t.match(await curl("-X", "POST", `${url}/kv/set?key=a&value=${"x".repeat(20_000)}`), {
        status: 431,
        body: /send a large value as the body/,
      });
      t.match(await curl("-X", "DELETE", `${url}/kv/keys`), { status: 405 });
      t.match(await curl(`${url}/readyz`), { status: 200, body: "ok\n" });
    });
  },
);

t.test(
  "a request that is repeated at every node under one key is executed once",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const [first = "", ...others] = cluster.urls();
      const incr = async (url: string, key: string) => {
        const options = { method: "POST", headers: { "Idempotency-Key": key } };
        const answer = await fetch(`${url}/kv/rmw?key=n&op=incr&timeout=30s`, options);
        const replayed = answer.headers.get("idempotency-replayed");
        return { status: answer.status, replayed, json: (await answer.json()) as object };
      };
      const once = await incr(first, "a");
      // On a slow machine the node itself may have had to repeat it, and then it says so at once.
      t.match(once, { status: 200, json: { old: null, new: "1" } });
      for (const url of [...others, first]) t.same(await incr(url, "a"), { ...once, replayed: "true" });
      t.match(await incr(others[0] ?? "", "b"), { status: 200, json: { new: "2" } });
      const body = { method: "POST", headers: { "Idempotency-Key": "a" } };
      t.equal((await fetch(`${others[1]}/kv/set?key=n&value=9`, body)).status, 422);
      t.match(await (await fetch(`${first}/kv/get?key=n`)).json(), { value: "2" });

      // At any of them, an ETag means the same.
      const put = async (url: string, headers: Record<string, string>) =>
        (await fetch(`${url}/v1/kv/a%2Fb`, { method: "PUT", body: "x", headers })).status;
      t.equal(await put(first, { "If-None-Match": "*" }), 201);
      t.equal(await put(others[0] ?? "", { "If-None-Match": "*" }), 412);
      const read = await fetch(`${others[1]}/v1/kv/a/b`);
      const tag = read.headers.get("etag") ?? "";
      t.equal((await fetch(`${first}/v1/kv/a/b`, { headers: { "If-None-Match": tag } })).status, 304);
      t.equal(await put(others[0] ?? "", { "If-Match": tag }), 200);
      t.equal(await put(others[1] ?? "", { "If-Match": tag }), 412);
    });
  },
);
