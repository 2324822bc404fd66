import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { present } from "../../src/base/assert.ts";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import type { Address } from "../../src/base/seams.ts";
import { KVADM } from "../../src/cli/kvadm.ts";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { LmdbEnvironment } from "../../src/storage/lmdb-environment.ts";
import { makeRecord, openRecord, RECORD_TYPE } from "../../src/storage/record.ts";
import { groupKey, STATE_TABLES } from "../../src/storage/schema.ts";
import { stateOperation } from "../../src/storage/state-operation.ts";
import { decodeStateMark, encodeStateMark } from "../../src/storage/state-rows.ts";
import { runAt } from "../cli/run-at.ts";
import { until } from "../until.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-fencing-test-"));
const crypto = new SystemCrypto();
const cluster = await DevCluster.up({ dir, nodes: 3 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 120_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "120s");

/** Puts a counter into a stopped node's state that no slot has put there; all its checksums and counts are right. */
async function falsify(path: string): Promise<void> {
  const environment = new LmdbEnvironment({
    path: join(path, "state-1"),
    tables: STATE_TABLES,
    mode: "write",
  });
  const key = groupKey(GROUP_ZERO);
  const record = present(environment.get("meta", key), "the state has a mark");
  const mark = decodeStateMark(
    present(openRecord(crypto, RECORD_TYPE.stateMeta, key, record), "it is sound"),
  );
  const machine = { ...mark.machine, keyCount: 1 };
  const body = encodeStateMark({ ...mark, machine });
  const five = { value: Uint8Array.of(0x35), createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  await environment.commit([
    stateOperation(crypto, GROUP_ZERO, { table: "keys", key: new TextEncoder().encode("n"), record: five }),
    { table: "meta", key, value: makeRecord(crypto, RECORD_TYPE.stateMeta, key, body) },
  ]);
  await environment.close();
}

/** Whether the node answers reads itself. */
async function reads(endpoint: Address): Promise<boolean> {
  return client.principals({ endpoint, timeoutMs: 3_000 }).then(
    () => true,
    () => false,
  );
}

t.test(
  "a member whose state is wrong takes itself out of service, and comes back with that of the others",
  async (t) => {
    await cluster.kill("n3");
    await falsify(join(dir, "n3"));
    // It may end before it has answered anybody.
    await cluster.restart("n3").catch(() => undefined);
    for (let at = 0; at < 3; at++) await client.modify("n", { op: "incr" });
    const address = present(cluster.addresses()[2], "n3 has an address");
    const isGone = () =>
      client.status(address, { timeoutMs: 500 }).then(
        () => false,
        () => true,
      );
    await until("n3 ends", isGone);

    await cluster.restart("n3");
    const status = await client.status(address);
    t.match(
      status.alarms.join("; "),
      /^fenced: the state differs from what a majority made .* 'kvadm refetch'/,
    );
    t.match(await kvadm("doctor"), {
      status: 7,
      stdout: /critical +n3: fenced: .*\n.*\n +do: .*kvadm refetch n3\n/,
    });
    t.notOk(await reads(address), "it answers no reads");
    t.equal((await kvadm("check", "--timeout", "1s")).status, 7, "nobody is compared with it");
    t.match(await kvadm("refetch", "n1"), { status: 2, stderr: /not fenced/ });
    t.match(await client.modify("n", { op: "incr" }), { changed: true }, "the cluster serves");

    t.match(await kvadm("refetch", "n3"), { status: 0, stdout: "n3 has the state of the others\n" });
    t.match(await kvadm("check"), { status: 0 });
    await until("n3 answers reads", () => reads(address));
    await cluster.restart("n3");
    t.same((await client.status(address)).alarms, []);
  },
);
