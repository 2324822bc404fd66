import { strict as assert } from "node:assert";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openCore } from "../../../src/cli/open-core.ts";
import type { OpenCore } from "../../../src/lab/explore/core.ts";

const BUILD = fileURLToPath(new URL("../../../src/", import.meta.url));

/** One place of a compiled file of the protocol, and what stands there instead. */
export interface Fault {
  readonly file: string;
  readonly sound: string;
  readonly broken: string;
}

/** The protocol with faults: `sound` must stand exactly once in its file. */
export async function brokenCore(...faults: readonly Fault[]): Promise<OpenCore> {
  const copy = mkdtempSync(join(tmpdir(), "kvd-broken-"));
  try {
    for (const folder of ["base", "paxos"])
      cpSync(join(BUILD, folder), join(copy, folder), {
        recursive: true,
        filter: (path) => !/\.(?:d\.ts|map)$/.test(path),
      });
    for (const { file, sound, broken } of faults) {
      const path = join(copy, "paxos", file);
      const parts = readFileSync(path, "utf8").split(sound);
      assert.equal(parts.length, 2, `${file} holds once: ${sound}`);
      writeFileSync(path, parts.join(broken));
    }
    return await openCore(pathToFileURL(`${copy}/`));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
