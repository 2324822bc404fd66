import { spawn } from "node:child_process";
import { once } from "node:events";
import t from "tap";
import { identify, signalProcess, stateOf } from "../../src/dev/process-identity.ts";

t.test("a process is told apart from a later one with its pid, which is never signalled", async (t) => {
  const child = spawn("sleep", ["60"]);
  t.teardown(() => child.kill("SIGKILL"));
  await once(child, "spawn");
  const identity = identify(child.pid ?? 0);
  t.ok(identity);
  if (identity === undefined) return;
  const stranger = { pid: identity.pid, startTicks: identity.startTicks - 1 };
  t.equal(stateOf(stranger), "stopped");
  t.equal(signalProcess(stranger, "SIGKILL"), false);
  t.equal(stateOf(identity), "running");
  t.equal(signalProcess(identity, "SIGSTOP"), true);
  while (stateOf(identity) === "running") await new Promise((resolve) => setTimeout(resolve, 5));
  t.equal(stateOf(identity), "paused");
  t.equal(signalProcess(identity, "SIGKILL"), true);
  await once(child, "exit");
  t.equal(stateOf(identity), "stopped");
  t.equal(signalProcess(identity, "SIGKILL"), false);
});
