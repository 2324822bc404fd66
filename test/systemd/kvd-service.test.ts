import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { manPages } from "../../src/cli/man-pages.ts";

const UNIT = resolve(dirname(fileURLToPath(import.meta.url)), "../../../systemd/kvd.service");
const TEXT = readFileSync(UNIT, "utf8");
const BACK_OFF = readFileSync(`${UNIT}.d/back-off.conf`, "utf8");
const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
const skip = hasAnalyze ? false : "systemd-analyze is not installed here";

/** Known since systemd 254; an older one ignores them with a warning. */
const NEWER_KEYS = /Unknown key (?:name )?'(?:RestartSteps|RestartMaxDelaySec)'/;
/** The sandbox is worth its trouble: 0 is closed, 10 open. */
const EXPOSURE_MAX = 2.0;

const valueFor = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, "m").exec(TEXT)?.[1];

interface Verified {
  readonly status: number | null;
  readonly complaints: readonly string[];
}

/** What `systemd-analyze verify` says of a unit and its drop-in, with a program that exists in place of kvd. */
function verify(text: string, dropIn?: string): Verified {
  const folder = mkdtempSync(join(tmpdir(), "kvd-unit-"));
  const path = join(folder, "kvd.service");
  writeFileSync(path, text.replaceAll("/usr/bin/kvd", "/bin/true"));
  if (dropIn !== undefined) {
    mkdirSync(`${path}.d`);
    writeFileSync(join(`${path}.d`, "back-off.conf"), dropIn);
  }
  const run = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const complaints = run.stderr.split("\n").filter((line) => line.includes("kvd.service"));
  return { status: run.status, complaints };
}

t.test("systemd-analyze verify passes the unit", { skip }, async (t) => {
  t.strictSame(verify(TEXT), { status: 0, complaints: [] });
});

t.test("the drop-in adds nothing but the settings that systemd has since 254", { skip }, async (t) => {
  const { status, complaints } = verify(TEXT, BACK_OFF);
  t.equal(status, 0);
  t.strictSame(
    complaints.filter((line) => !NEWER_KEYS.test(line)),
    [],
  );
  t.not(verify(TEXT, BACK_OFF.replace("[Service]", "[Servise]")).complaints.length, 0, "it is read at all");
});

t.test("the unit names documentation that the build makes or the repository has", async (t) => {
  t.equal(valueFor("Documentation"), "man:kvd(8) file:///usr/share/doc/kvd/OPERATIONS.md");
  t.ok(manPages().has("kvd.8"));
  t.ok(existsSync(resolve(dirname(UNIT), "../docs/OPERATIONS.md")));
});

t.test("the check would see a misspelt key, a bad value and a missing program", { skip }, async (t) => {
  t.not(verify(TEXT.replace("PrivateTmp=", "PrivateTemp=")).complaints.length, 0);
  t.not(verify(TEXT.replace("ProtectSystem=strict", "ProtectSystem=tight")).complaints.length, 0);
  t.not(verify(TEXT.replace("/usr/bin/kvd", "/usr/bin/absent/kvd")).status, 0);
});

t.test("the sandbox is as tight as a network daemon gets", { skip }, async (t) => {
  const run = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", UNIT], {
    encoding: "utf8",
  });
  const exposure = Number(/exposure level for kvd\.service: ([\d.]+)/.exec(run.stdout)?.[1]);
  t.ok(exposure <= EXPOSURE_MAX, `exposure ${exposure} is at most ${EXPOSURE_MAX}`);
});

t.test("a node that fails comes back, but not one that an operator must look at", async (t) => {
  t.equal(valueFor("Restart"), "on-failure");
  t.equal(valueFor("RestartPreventExitStatus"), "2 7 8");
  t.equal(valueFor("StartLimitIntervalSec"), "0", "systemd never gives the node up");
});

t.test("the unit runs the daemon as its own user on its own directory", async (t) => {
  t.equal(valueFor("ExecStart"), "/usr/bin/kvd start --config /etc/kvd/kvd.yaml");
  t.equal(valueFor("User"), "kvd");
  t.equal(valueFor("StateDirectory"), "kvd");
  t.equal(valueFor("StateDirectoryMode"), "0700");
});
