import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { readSnapshotsOffline, readStateOffline } from "../../src/storage/offline-state.ts";
import {
  crypto,
  deps,
  entryWrite,
  flush,
  learned,
  pattern,
  promise,
  sliceOf,
  write,
} from "../contract/storage-fixture.ts";
import { initialised } from "./scratch.ts";

t.test("a state says how far it is, while its node runs and afterwards", async (t) => {
  const path = await initialised(t);
  t.match(await readStateOffline(path, 1, crypto), {
    kind: "state",
    directory: "state-1",
    mark: { watermark: 1 },
  });
  const storage = await openDataDirectory(path, deps);
  await write(storage, promise(1), ...[1, 2, 3].map((at) => entryWrite(at, pattern(9, at))), learned(4));
  await flush(storage.state(GROUP_ZERO), sliceOf(1, 4, [], 0));
  const running = await readStateOffline(path, 1, crypto);
  t.match(running, { kind: "state", mark: { watermark: slot(4) } });
  await storage.close();
  t.strictSame(await readStateOffline(path, 1, crypto), running);
  t.same(await readSnapshotsOffline(path, crypto), []);
});

t.test("a state that is missing, damaged or condemned is told with its reason", async (t) => {
  const path = await initialised(t);
  t.match(await readStateOffline(path, 2, crypto), { kind: "unusable", directory: "state-2" });
  writeFileSync(join(path, "state-1", "condemned"), "a record fails its checks\n");
  t.match(await readStateOffline(path, 1, crypto), { kind: "unusable", reason: "a record fails its checks" });
  rmSync(join(path, "state-1", "condemned"));
  writeFileSync(join(path, "state-1", "data.mdb"), "no database");
  t.match(await readStateOffline(path, 1, crypto), { kind: "unusable" });
});
