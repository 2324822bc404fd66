import t from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../fake-terminal.ts";

async function explore(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, ["explore", ...argv], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("a search says how far it went, how fast, and that nothing broke", async (t) => {
  const { status, stdout } = await explore("--scenario", "rivals", "--states", "1000");
  t.match(stdout, /^rivals: 100\d states, depth \d+, \d+ states\/s: stopped at the bound on states/);
  t.equal(status, 0);
  const bounded = await explore("-S", "rivals", "--depth", "3", "-o", "json");
  t.match(JSON.parse(bounded.stdout), {
    kind: "lab_explore",
    scenario: "rivals",
    end: "depth_reached",
    depth: 3,
  });
});

t.test("the list names each scenario and what it looks for", async (t) => {
  const { status, stdout } = await explore("--list");
  t.match(stdout, /^SCENARIO +VOTERS +SLOTS +LOOKS FOR\n/);
  t.match(stdout, /^gap +3 +3 +a slot has its quorum before the one below it$/m);
  t.equal(status, 0);
});

t.test("a scenario that there is not is refused with the nearest name", async (t) => {
  t.match(await explore("--scenario", "rival"), { status: 2, stderr: /did you mean rivals\?/ });
  t.match(await explore("--depth", "0"), { status: 2, stderr: /--depth: '0' is not an integer from 1/ });
});
