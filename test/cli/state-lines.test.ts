import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { snapshotFields, snapshotLine, stateFields, stateLines } from "../../src/cli/state-lines.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import type { OfflineState } from "../../src/storage/offline-state.ts";
import type { SnapshotManifest } from "../../src/storage/snapshot.ts";
import { membershipOf } from "../paxos/fixtures.ts";

const MARK = {
  watermark: slot(42),
  digest: 7,
  stateHash: 0xabc,
  membership: membershipOf(3),
  machine: { ...FRESH_META, revision: 9, keyCount: 3, timeMs: 86_400_000, leaderLeaseMs: 250 },
  counts: { eventRows: 2, tombstones: 1 },
};
const STATE: OfflineState = { kind: "state", directory: "state-3", mark: MARK, bytes: 4096 };

t.test("a state is shown by what it has applied, what it holds and the settings in it", async (t) => {
  t.match(stateFields(STATE), {
    directory: "state-3",
    ...{
      applied: 42,
      digest: 7,
      state_hash: "00000000000abc",
      revision: 9,
      keys: 3,
      leader_lease_ms: 250,
      tombstones: 1,
      bytes: 4096,
    },
    cluster_time: "1970-01-02T00:00:00.000Z",
    membership: { epoch: 1, members: [{ id: 1, role: "voter" }] },
  });
  const text = stateLines(STATE).flat().join("\n");
  t.match(text, /slots below 42 applied, digest 7/);
  t.match(text, /revision 9, .*3 keys.*\n.*n1 voter, .*\n.*250 ms/s);
  const machine = { ...MARK.machine, timeMs: 0, leaderLeaseMs: 0 };
  const fresh = stateLines({ ...STATE, mark: { ...MARK, machine } })
    .flat()
    .join("\n");
  t.match(fresh, /cluster time not begun\n.*leader off/s);
});

t.test("a state that a start would refuse is shown with the reason", async (t) => {
  const unusable: OfflineState = { kind: "unusable", directory: "state-1", reason: "its watermark is lost" };
  t.strictSame(stateFields(unusable), { directory: "state-1", unusable: "its watermark is lost" });
  t.strictSame(stateLines(unusable), [["state", "state-1  unusable: its watermark is lost"]]);
});

t.test("a snapshot that is not all there yet says so", async (t) => {
  const none = new Uint8Array(32);
  const manifest: SnapshotManifest = {
    ...{ ...MARK, clusterId: none, chunks: 2, bytes: 1024, chain: none },
    ...{ encoded: none, hash: none },
  };
  const whole = { directory: "snapshot-1", manifest, chunks: 2 };
  t.match(snapshotFields(whole), { directory: "snapshot-1", applied: 42, chunks: 2, whole: true });
  t.strictSame(snapshotLine(whole), ["snapshot", "snapshot-1  slots below 42, revision 9, 3 keys, 1.0K"]);
  t.match(snapshotFields({ ...whole, chunks: 1 }), { whole: false });
  t.match(snapshotLine({ ...whole, chunks: 1 })[1], /, 1 of 2 chunks received$/);
});
