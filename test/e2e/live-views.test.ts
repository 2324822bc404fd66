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
  await withCluster(async (cluster) => {
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

      await t.test("Ctrl-Z gives the shell its terminal, and fg goes on", async (t) => {
        terminal.type(`${KVADM} status -w\r`);
        await terminal.until(/NODE +ADDR[\s\S]*q quit/);
        terminal.type("\x1a");
        await terminal.until(/Stopped[\s\S]*READY \d+> $/);
        t.equal(await settings(), asFound);
        terminal.type("fg\r");
        await terminal.until(/NODE +ADDR[\s\S]*q quit/);
        terminal.type("\x03");
        t.equal(await atPrompt(), "130");
        t.equal(await settings(), asFound);
      });

      await t.test("a signal ends it, and the terminal is as it was", async (t) => {
        terminal.type(`bash -c 'echo PID $$; exec ${KVADM} status -w'\r`);
        const shown = await terminal.until(/PID \d+\r\n[\s\S]*NODE +ADDR[\s\S]*q quit/);
        process.kill(Number(/PID (\d+)/.exec(shown)?.[1]), "SIGTERM");
        t.equal(await atPrompt(), "143");
        t.equal(await settings(), asFound);
      });
      t.equal(times(terminal.raw, ENTER_SCREEN), times(terminal.raw, LEAVE_SCREEN), "each screen was left");
    } finally {
      terminal.kill();
    }
  }, 2);
});
