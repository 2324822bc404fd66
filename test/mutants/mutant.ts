/** One change to one compiled file. `find` stands in it exactly once. */
export interface Edit {
  /** Below build/src. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What has to notice a mutant. */
export type Detector =
  /** Seeds 1, 2, ... of the swarm; it has to be noticed by the one named at the latest. */
  | { readonly kind: "swarm"; readonly seeds: number }
  /** An exhaustive search of a small instance. */
  | { readonly kind: "explore"; readonly scenario: string };

/** kvd with one rule broken on purpose. */
export interface Mutant {
  readonly name: string;
  /** Which rule is broken, and how. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
  /** Each of them has to notice it. */
  readonly detectors: readonly Detector[];
}

/** An edit that does not fit the file that it is for. */
export class EditError extends Error {
  override readonly name = "EditError";
}

/** The file's text with the edit made. Throws EditError unless `find` stands in it exactly once. */
export function applyEdit(text: string, edit: Edit): string {
  const parts = text.split(edit.find);
  if (parts.length !== 2) {
    throw new EditError(`${edit.file} holds ${parts.length - 1} times, not once: ${edit.find}`);
  }
  return parts.join(edit.replace);
}

/** The changed files by their path below build/src; `read` gives the text of one. Throws EditError. */
export function mutatedFiles(mutant: Mutant, read: (file: string) => string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const edit of mutant.edits) {
    files.set(edit.file, applyEdit(files.get(edit.file) ?? read(edit.file), edit));
  }
  return files;
}
