import { join } from "node:path";
import t from "tap";
import { ENTER_SCREEN, LEAVE_SCREEN } from "../../src/cli/screen.ts";
import { REPOSITORY } from "../tidy/source-files.ts";
import { noPseudoTerminalReason, PseudoTerminal } from "./pseudo-terminal.ts";
import { withCluster } from "./with-cluster.ts";

const KVADM = `${process.execPath} ${join(REPOSITORY, "bin", "kvadm")}`;
const skip = noPseudoTerminalReason() ?? false;
const PROMPT = /READY (\d+)> $/;

const times = (text: string, part: string): number => text.split(part).length - 1;

t.test("live views on a terminal", { skip, timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster, client) => {
    const environment = { KVD_ENDPOINTS: cluster.endpoints().join(",") };
    // A shell with jobs, as somebody sits at it.
    const terminal = new PseudoTerminal(["bash", "--norc", "--noprofile", "-i"], environment);
    const atPrompt = async (): Promise<string> => PROMPT.exec(await terminal.until(PROMPT))?.[1] ?? "";
    /** What the terminal is set to. */
    const settings = async (): Promise<string> => {
      terminal.type("stty -a\r");
      return terminal.until(PROMPT);
    };
    try {
      terminal.type("PS1='READY $?> '\r");
      await atPrompt();
      const asFound = await settings();

      await t.test("status -w is shown in place, can pause, and ends with q", async (t) => {
        terminal.type(`${KVADM} status -w\r`);
        await terminal.until(/NODE +ADDR[\s\S]*LEASE[\s\S]*leader[\s\S]*q quit/);
        await terminal.until(/NODE +ADDR[\s\S]*q quit/);
        terminal.type("p");
        await terminal.until(/PAUSED/);
        terminal.type("q");
        t.equal(await atPrompt(), "0");
        t.notMatch(terminal.raw, "\x1b[2J", "nothing is cleared");
        t.equal(await settings(), asFound);
      });

      await t.test(
        "top shows what clients do, sorts, explains itself, and looks as often as it is told",
        async (t) => {
          let isOver = false;
          const load = (async () => {
            while (!isOver) await client.put("key", "value");
          })();
          terminal.type(`${KVADM} top\r`);
          await terminal.until(/n1 leads|n2 leads/);
          // Of the second look on there are rates.
          const shown = await terminal.until(/slots\/s chosen[\s\S]*WRITE\/S[\s\S]*q quit/);
          t.match(shown, /\nn1 +(?:leader|follower) +[\d.k]+ /);
          terminal.type("s");
          await terminal.until(/WRITE\/S\*/);
          terminal.type("\x1b[C");
          await terminal.until(/W-P50\*/);
          terminal.type("?");
          await terminal.until(/reads that were answered to its clients/);
          terminal.type("?+");
          await terminal.until(/NODE +ROLE[\s\S]*every 2s/);
          terminal.type("q");
          t.equal(await atPrompt(), "0");
          t.equal(await settings(), asFound);
          isOver = true;
          await load;
        },
      );

      await t.test("top prints so many tables, or objects, where nobody sits", async (t) => {
        terminal.type(`${KVADM} top -n 2 --period 200ms | cat\r`);
        const printed = await terminal.until(PROMPT);
        t.equal(times(printed, "WRITE/S"), 2);
        t.match(printed, /FAIL\/S/, "every column");
        terminal.type(`${KVADM} top -n 1 -o json --period 100ms\r`);
        const object = /\{.*\}/.exec(await terminal.until(PROMPT))?.[0] ?? "";
        t.match(JSON.parse(object), { kind: "top", v: 1, leader: /^n/, nodes: [{ writes_per_s: 0 }, {}] });
      });

      await t.test("Ctrl-Z gives the shell its terminal, fg goes on, and a signal ends it", async (t) => {
        terminal.type(`${KVADM} status -w\r`);
        await terminal.until(/NODE +ADDR[\s\S]*q quit/);
        terminal.type("\x1a");
        await terminal.until(/Stopped[\s\S]*READY \d+> $/);
        t.equal(times(terminal.raw, LEAVE_SCREEN), times(terminal.raw, ENTER_SCREEN), "it was left");
        terminal.type("jobs -p\r");
        const pid = /[\r\n](\d+)\r/.exec(await terminal.until(PROMPT))?.[1];
        terminal.type("fg\r");
        await terminal.until(/NODE +ADDR[\s\S]*q quit/);
        t.equal(times(terminal.raw, LEAVE_SCREEN), times(terminal.raw, ENTER_SCREEN) - 1, "and is back");
        terminal.type("p");
        await terminal.until(/PAUSED/);
        process.kill(Number(pid), "SIGTERM");
        t.equal(await atPrompt(), "143");
        t.equal(await settings(), asFound);
      });
      t.equal(times(terminal.raw, ENTER_SCREEN), times(terminal.raw, LEAVE_SCREEN), "each screen was left");
    } finally {
      terminal.kill();
    }
  }, 2);
});
