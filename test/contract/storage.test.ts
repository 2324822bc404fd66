import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { initDataDirectory, openDataDirectory } from "../../src/storage/data-directory.ts";
import { LmdbEnvironment } from "../../src/storage/lmdb-environment.ts";
import { MemoryDisk } from "../../src/storage/memory-disk.ts";
import { MemoryStorage } from "../../src/storage/memory-storage.ts";
import { entryKey, LOG_TABLES, SNAPSHOT_TABLES, STATE_TABLES, userKey } from "../../src/storage/schema.ts";
import { chunkKey } from "../../src/storage/snapshot-chunks.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { snapshotContract } from "./snapshot-contract.ts";
import { storageContract } from "./storage-contract.ts";
import { crypto, deps, IDENTITY } from "./storage-fixture.ts";
import type { MakeStorage } from "./storage-under-test.ts";

t.test("lmdb", async (t) => {
  const make: MakeStorage = async () => {
    const directory = mkdtempSync(join(tmpdir(), "kvd-contract-"));
    const path = join(directory, "data");
    await initDataDirectory(path, IDENTITY, crypto);
    let open: Storage | undefined;
    return {
      open: async () => {
        open = await openDataDirectory(path, deps);
        return open;
      },
      damage: async (group, slot) => {
        const log = new LmdbEnvironment({ path: join(path, "log"), tables: LOG_TABLES, mode: "write" });
        const key = entryKey(group, slot, 1);
        const row = log.get("entries", key);
        const damaged = Uint8Array.from(row ?? []);
        damaged[100] = (damaged[100] ?? 0) ^ 4;
        await log.commit([{ table: "entries", key, value: damaged }]);
        await log.close();
      },
      damageKey: async (group, key) => {
        const [name = ""] = readdirSync(path).filter((one) => one.startsWith("state-"));
        const state = new LmdbEnvironment({ path: join(path, name), tables: STATE_TABLES, mode: "write" });
        const rowKey = userKey(group, key);
        const damaged = Uint8Array.from(state.get("keys", rowKey) ?? []);
        damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
        await state.commit([{ table: "keys", key: rowKey, value: damaged }]);
        await state.close();
      },
      damageChunk: async (_group, index) => {
        const [name = ""] = readdirSync(path).filter((one) => one.startsWith("snapshot-"));
        const options = { path: join(path, name), tables: SNAPSHOT_TABLES, mode: "write" as const };
        const snapshot = new LmdbEnvironment(options);
        const damaged = Uint8Array.from(snapshot.get("chunks", chunkKey(index)) ?? []);
        damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
        await snapshot.commit([{ table: "chunks", key: chunkKey(index), value: damaged }]);
        await snapshot.close();
      },
      dispose: async () => {
        await open?.close().catch(() => undefined);
        rmSync(directory, { recursive: true, force: true });
      },
    };
  };
  storageContract(t, make);
  snapshotContract(t, make);
});

t.test("memory", async (t) => {
  const make: MakeStorage = async () => {
    const disk = new MemoryDisk(IDENTITY);
    return {
      open: async () =>
        new MemoryStorage(disk, { ...deps, schedule: (_what, finish) => setImmediate(finish) }),
      damage: async (group, slot) => disk.damage(group, slot),
      damageKey: async (group, key) => {
        const state = disk.state(group);
        const record = state.get(key);
        if (record !== undefined) state.damaged.add(record);
      },
      damageChunk: async (group, index) => disk.damageChunk(group, index),
      dispose: async () => undefined,
    };
  };
  storageContract(t, make);
  snapshotContract(t, make);
});
