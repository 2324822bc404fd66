import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY, type SourceFile, sourceFiles } from "./source-files.ts";

const DOCUMENTS: readonly SourceFile[] = [
  ...sourceFiles("docs", [".md"]),
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map((path) => ({
    path,
    text: readFileSync(join(REPOSITORY, path), "utf8"),
  })),
];

/** A path in backquotes: with a folder, and an ending that a file of this repository can have. */
const NAMED_PATH = /`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|md|mjs|yaml|service|proto))`/g;

/** Paths that the document names and the repository does not have; those below src/ may leave it out. */
function missingPaths({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(NAMED_PATH)]
    .map((match) => match[1] as string)
    .filter((named) => !existsSync(join(REPOSITORY, named)) && !existsSync(join(REPOSITORY, "src", named)))
    .map((named) => `${path} names ${named}`);
}

t.test("every file that a document names exists", async (t) => {
  t.ok(DOCUMENTS.length >= 6, "the documents were found");
  t.strictSame(DOCUMENTS.flatMap(missingPaths), []);
});

t.test("a name that leads nowhere is found", async (t) => {
  const text = "See `paxos/acceptor.ts`, `src/paxos/acceptor.ts` and `paxos/absent.ts`.";
  t.strictSame(missingPaths({ path: "docs/X.md", text }), ["docs/X.md names paxos/absent.ts"]);
});
