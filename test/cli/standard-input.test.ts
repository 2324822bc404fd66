import { spawnSync } from "node:child_process";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../tidy/source-files.ts";

const KVCLI = join(REPOSITORY, "bin/kvcli");
/** Whoever gets as far as asking it ends with status 3. */
const NOBODY = ["-E", "127.0.0.1:9", "--timeout", "100ms"];

/** Runs kvcli as a shell does, with standard input redirected as `input` says. */
function runWith(input: string, argv: readonly string[]) {
  const line = `exec "$0" "$@" ${input}`;
  const args = ["-c", line, process.execPath, KVCLI, ...argv, ...NOBODY];
  const { status, stderr } = spawnSync("sh", args, { encoding: "utf8" });
  return { status, stderr };
}

for (const argv of [["put", "k", "-"], ["txn", "-f", "-"], ["import"], []] as const) {
  const [verb = "a script"] = argv;
  t.test(`${verb} takes no standard input that is closed for an empty one`, async (t) => {
    t.match(runWith("<&-", argv), {
      status: 9,
      stderr: /^kvcli: cannot read standard input: it is closed; /,
    });
  });
}

t.test("an input that cannot be read is not an empty one, either", async (t) => {
  t.match(runWith("< /", ["put", "k", "-"]), { status: 9, stderr: /standard input: EISDIR/ });
  t.match(runWith("0> /dev/full", ["put", "k", "-"]), { status: 9, stderr: /standard input: EBADF/ });
});

t.test("an input that is empty is one", async (t) => {
  t.match(runWith("< /dev/null", ["put", "k", "-"]), { status: 3 });
  t.match(runWith("<<END\nEND\n", ["put", "k", "-"]), { status: 3 });
});
