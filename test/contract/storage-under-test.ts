import type { Test } from "tap";
import type { GroupId, Slot } from "../../src/base/ids.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** One kind of storage under test: a directory that can be opened again and again. */
export interface StorageUnderTest {
  open(): Promise<Storage>;
  /** Damages the slot's record while nobody has it open. */
  damage(group: GroupId, slot: Slot): Promise<void>;
  /** Damages the state's row of a key while nobody has it open. */
  damageKey(group: GroupId, key: Uint8Array): Promise<void>;
  /** Damages a chunk of the snapshot while nobody has it open. */
  damageChunk(group: GroupId, index: number): Promise<void>;
  /** Releases everything; also when a test failed half-way. */
  dispose(): Promise<void>;
}

/** Gives a fresh, initialised storage. */
export type MakeStorage = (t: Test) => Promise<StorageUnderTest>;
