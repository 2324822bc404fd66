import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { manPages } from "../../src/cli/man-pages.ts";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const UNITS = ["kvd.service", "kvd@.service"] as const;
const textOf = (name: string): string => readFileSync(join(ROOT, "systemd", name), "utf8");
const TEXT = textOf("kvd.service");
const BACK_OFF = textOf("back-off.conf");
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

t.test("systemd-analyze verify passes the units", { skip }, async (t) => {
  for (const unit of UNITS) t.strictSame(verify(textOf(unit)), { status: 0, complaints: [] }, unit);
});

t.test("the unit for one of several nodes is the unit for one, but for its name", async (t) => {
  const settings = (text: string): readonly string[] =>
    text
      .split("\n")
      .filter((line) => /^[A-Z]/.test(line) && !/^(?:Description|ExecStartPre|ExecStartPost)=/.test(line));
  const named = TEXT.replaceAll("kvd/kvd.yaml", "kvd/%i.yaml").replaceAll("kvd/main", "kvd/%i");
  t.strictSame(settings(textOf("kvd@.service")), settings(named));
  t.notMatch(
    textOf("kvd@.service"),
    /first-start/,
    "the nodes of several have a cluster file to be made from",
  );
});

t.test("the users and directories that the units need are described", async (t) => {
  t.match(textOf("kvd.sysusers"), /^u kvd - /m);
  t.match(textOf("kvd.tmpfiles"), /^d \/var\/lib\/kvd 0700 kvd kvd -$/m);
});

t.test("the start waits for the node's own word, and the watchdog for its event loop", async (t) => {
  t.equal(valueFor("Type"), "notify");
  t.equal(valueFor("NotifyAccess"), "all", "the word comes through a child");
  t.equal(valueFor("WatchdogSec"), "30s");
  t.equal(valueFor("WatchdogSignal"), "SIGKILL");
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
  t.ok(existsSync(join(ROOT, "docs/OPERATIONS.md")));
});

t.test("the check would see a misspelt key, a bad value and a missing program", { skip }, async (t) => {
  t.not(verify(TEXT.replace("PrivateTmp=", "PrivateTemp=")).complaints.length, 0);
  t.not(verify(TEXT.replace("ProtectSystem=strict", "ProtectSystem=tight")).complaints.length, 0);
  t.not(verify(TEXT.replace("ExecStart=/usr/bin/kvd", "ExecStart=/usr/bin/absent/kvd")).status, 0);
});

t.test("the sandbox is as tight as a network daemon gets", { skip }, async (t) => {
  for (const unit of UNITS) {
    const words = ["security", "--offline=true", "--no-pager", join(ROOT, "systemd", unit)];
    const run = spawnSync("systemd-analyze", words, { encoding: "utf8" });
    const exposure = Number(/exposure level for kvd\S*\.service: ([\d.]+)/.exec(run.stdout)?.[1]);
    t.ok(exposure <= EXPOSURE_MAX, `${unit}: exposure ${exposure} is at most ${EXPOSURE_MAX}`);
  }
});

t.test("a node that fails comes back, but not one that an operator must look at", async (t) => {
  t.equal(valueFor("Restart"), "on-failure");
  t.equal(valueFor("RestartPreventExitStatus"), "2 7 8 11");
  t.equal(valueFor("StartLimitIntervalSec"), "0", "systemd never gives the node up");
});

t.test("the unit runs the daemon as its own user on its own directory", async (t) => {
  t.equal(valueFor("ExecStart"), "/usr/bin/kvd start --config /etc/kvd/kvd.yaml");
  t.equal(valueFor("User"), "kvd");
  t.equal(valueFor("StateDirectory"), "kvd/main");
  t.match(readFileSync(join(ROOT, "conf", "kvd.yaml"), "utf8"), /^data_dir: \/var\/lib\/kvd\/main$/m);
  t.equal(valueFor("StateDirectoryMode"), "0700");
});
