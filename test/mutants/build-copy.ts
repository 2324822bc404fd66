import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutatedFiles } from "./mutant.ts";

/** The repository whose build this file is part of. */
export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

/** What runs of a copy need of it. */
const PARTS = ["package.json", "bin", "build/src", "build/test/lab", "build/test/mutants"];

/** The text of a file below build/src. */
export function readBuilt(file: string): string {
  return readFileSync(join(REPOSITORY, "build/src", file), "utf8");
}

/** The build in a directory of its own, with a mutant's edits in it; as it is when there is no mutant. */
export class BuildCopy {
  readonly directory: string;

  constructor(mutant: Mutant | undefined) {
    const files = mutant === undefined ? new Map<string, string>() : mutatedFiles(mutant, readBuilt);
    this.directory = mkdtempSync(join(tmpdir(), `kvd-mutant-${mutant?.name ?? "none"}-`));
    for (const part of PARTS) cpSync(join(REPOSITORY, part), join(this.directory, part), { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.directory, "node_modules"));
    for (const [file, text] of files) writeFileSync(join(this.directory, "build/src", file), text);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
