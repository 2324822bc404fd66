import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../tidy/source-files.ts";

const PROGRAMS = ["kvd", "kvadm", "kvcli", "kvlab"] as const;

const root = mkdtempSync(join(tmpdir(), "kvd-not-built-"));
t.teardown(() => rmSync(root, { recursive: true, force: true }));
cpSync(join(REPOSITORY, "bin"), join(root, "bin"), { recursive: true });

function run(program: string) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "bin", program)], { encoding: "utf8" });
  return { status, stderr };
}

t.test("a program that was never built says so in one line", async (t) => {
  for (const program of PROGRAMS) {
    const stderr = `${program}: kvd is not built; \`npm run build\` in ${root} builds it\n`;
    t.same(run(program), { status: 9, stderr });
  }
});

t.test("what else hinders a program that was built shows as it is", async (t) => {
  const folder = join(root, "build/src/cli");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "kvd.js"), 'import "absent-package";');
  t.match(run("kvd"), {
    status: 1,
    stderr: /ERR_MODULE_NOT_FOUND.*absent-package|absent-package.*NOT_FOUND/s,
  });
  writeFileSync(join(folder, "kvcli.js"), "export const main = () => { throw new Error('broken inside'); };");
  t.match(run("kvcli"), { status: 1, stderr: /broken inside/ });
});
