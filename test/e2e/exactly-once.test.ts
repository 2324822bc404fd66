import { randomBytes } from "node:crypto";
import t from "tap";
import { present } from "../../src/base/assert.ts";
import { KvdError } from "../../src/base/errors.ts";
import { VALUE_BYTES_MAX } from "../../src/base/limits.ts";
import type { RequestId } from "../../src/client/request-id.ts";
import type { Operation } from "../../src/kv/command.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import { withCluster } from "./with-cluster.ts";

const PATIENCE_MS = 10_000;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const putOf = (key: string, value: string): Operation => ({
  kind: "put",
  key: text(key),
  value: text(value),
  previous: false,
});

t.test(
  "a request repeated at every node, through kills too, is executed once",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const callers = await Promise.all(cluster.addresses().map((address) => NodeCaller.open(address)));
      const first = present(callers[0], "there is a node");
      await first.ask((id) => ({ kind: "ping", id }), PATIENCE_MS);
      const identity: RequestId = {
        client: randomBytes(16),
        sequence: 1,
        deadlineMs: Math.round(first.clusterTimeMs()) + 120_000,
      };
      await client.put("counter", "before");
      const answers = [];
      for (const caller of [...callers, ...callers]) {
        answers.push((await caller.mutate(identity, putOf("counter", "once"), PATIENCE_MS)).body);
      }
      t.match(answers[0], { kind: "result", result: { kind: "put", version: 2 } });
      const stored = { ...answers[0], repeated: true };
      for (const answer of answers.slice(1)) t.strictSame(answer, stored, "every answer is the same");

      const all = cluster.list().map(({ id }) => id);
      await Promise.all(all.map((id) => cluster.kill(id)));
      for (const id of all) cluster.start(id);
      await cluster.waitForLeader();
      for (const caller of callers) {
        const { body } = await caller.mutate(identity, putOf("counter", "once"), PATIENCE_MS);
        t.strictSame(body, stored, "the answer outlives the processes");
      }
      t.match((await client.get("counter")).record, { version: 2 });

      const other = await first
        .mutate(identity, putOf("counter", "twice"), PATIENCE_MS)
        .catch((thrown: unknown) => thrown);
      t.ok(
        other instanceof KvdError && other.failure.code === "sequence_reused",
        "another payload under the same id is refused",
      );
      t.match((await client.get("counter")).record, { version: 2 });
      for (const caller of callers) caller.close();
    });
  },
);

t.test(
  "a node refuses what is too large even from a client that does not look",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const address = present(cluster.addresses()[0], "there is a node");
      const caller = await NodeCaller.open(address);
      await caller.ask((id) => ({ kind: "ping", id }), PATIENCE_MS);
      const deadlineMs = Math.round(caller.clusterTimeMs()) + 60_000;
      const refusalOf = async (operation: Operation, sequence: number): Promise<unknown> => {
        const identity = { client: randomBytes(16), sequence, deadlineMs };
        return caller.mutate(identity, operation, PATIENCE_MS).catch((thrown: unknown) => thrown);
      };
      const value = await refusalOf(
        { kind: "put", key: text("k"), value: new Uint8Array(VALUE_BYTES_MAX + 1), previous: false },
        1,
      );
      t.ok(value instanceof KvdError, "the value is refused");
      if (value instanceof KvdError) {
        t.match(value.failure, { code: "too_large", outcome: "not_applied" });
        t.match(value.message, /1048577.*1048576.*value_bytes_max|1048576.*1048577/);
      }
      const key = await refusalOf({ kind: "delete", key: new Uint8Array(1_025), previous: false }, 2);
      t.ok(
        key instanceof KvdError && key.failure.code === "too_large" && /1024/.test(key.message),
        "the key is refused",
      );
      caller.close();
    }, 1);
  },
);
