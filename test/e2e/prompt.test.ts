import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../tidy/source-files.ts";
import { noPseudoTerminalReason, PseudoTerminal } from "./pseudo-terminal.ts";
import { withCluster, withDirectory } from "./with-cluster.ts";

const KVCLI = [process.execPath, join(REPOSITORY, "bin", "kvcli")];
const PROMPT = /kvd n1:\d+ rev \d+> $/;
const skip = noPseudoTerminalReason() ?? false;

/** A prompt at a single node; both gone afterwards. */
async function withPrompt(
  use: (terminal: PseudoTerminal, historyFile: string, environment: Record<string, string>) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const historyFile = join(directory, "history");
    await withCluster(async (cluster) => {
      const environment = {
        KVD_ENDPOINTS: cluster.endpoints().join(","),
        KVCLI_HISTFILE: historyFile,
        KVD_TIMEOUT: "60s",
      };
      const terminal = new PseudoTerminal(KVCLI, environment);
      try {
        await terminal.until(PROMPT);
        await use(terminal, historyFile, environment);
      } finally {
        terminal.kill();
      }
    }, 1);
  });
}

t.test("somebody who sits at a terminal is served well", { skip, timeout: 300_000 }, async (t) => {
  await withPrompt(async (terminal, historyFile, environment) => {
    const enter = async (line: string): Promise<string> => {
      terminal.type(`${line}\r`);
      return terminal.until(PROMPT);
    };

    await t.test(
      "commands are answered, values as they would be typed, the revision in the prompt",
      async (t) => {
        t.match(
          await enter('put app/colour "dark\\tgreen"'),
          /app\/colour {2}rev=1 {2}version=1\r\nkvd n1:\d+ rev 1> $/,
        );
        t.match(await enter("get app/colour"), /\r\n"dark\\tgreen"\r\n/);
        t.match(await enter("get none"), /kvcli: none: not found/);
        t.match(await enter("3 incr app/n"), /\r\n1\r\n2\r\n3\r\n/);
      },
    );

    await t.test("tab completes verbs and the keys that there are", async (t) => {
      terminal.type("get app/c\t");
      await terminal.until(/get app\/colour $/);
      t.match(await enter(""), /green/);
    });

    await t.test("what may follow is shown in grey, and wiped away", async (t) => {
      terminal.type("put ");
      await terminal.until(/<key> <value>$/);
      t.match(terminal.raw, "\x1b[90m<key> <value>\x1b[39m");
      terminal.type("\x03");
      await terminal.until(PROMPT);
      await enter(":set nohints");
      terminal.type("put x y");
      await terminal.until(/put x y$/);
      terminal.type("\x03");
      await terminal.until(PROMPT);
    });

    await t.test("Ctrl-C cancels the command alone", async (t) => {
      terminal.type("wait never\r");
      await terminal.until(/wait never\r\r\n/);
      terminal.type("\x03");
      t.match(await terminal.until(PROMPT), /kvcli: interrupted/);
      t.match(await enter("get app/n"), /"3"/);
      terminal.type("watch app/n\r");
      await terminal.until(/watch app\/n\r\r\n/);
      terminal.type("\x03");
      await terminal.until(PROMPT);
    });

    await t.test("multi gathers a transaction under a prompt of its own", async (t) => {
      terminal.type("multi absent(q)\r");
      await terminal.until(/\(txn\)> $/);
      terminal.type("put q 1\r");
      await terminal.until(/\(txn\)> $/);
      t.match(await enter("exec"), /then {2}rev=\d+\r\nq {2}put {2}version=1/);
    });

    await t.test("a question is asked, and its answer is no command", async (t) => {
      terminal.type("del --prefix q\r");
      await terminal.until(/delete 1 key \(q\)\? \[y\/N\] $/);
      terminal.type("y\r");
      t.match(await terminal.until(PROMPT), /1 key deleted/);
    });

    await t.test("help lists all there is, and says all about one", async (t) => {
      const all = await enter("help");
      for (const word of ["get <key>", "multi", "connect", ".timer"]) t.match(all, word);
      t.match(await enter("? get"), /print a key's value/);
      t.match(await enter(".timer on"), / ms\r\n/);
      await enter(".timer off");
    });

    await t.test(
      "a thousand pasted lines are run, each once, in their order",
      { timeout: 300_000 },
      async (t) => {
        const lines = Array.from({ length: 1_000 }, (_, at) =>
          at % 5 === 0 ? `append paste ${at},` : "wait 1ms",
        );
        terminal.type(`${lines.join("\r")}\r`);
        await terminal.until(/append paste 995,[\s\S]*kvd n1:\d+ rev \d+> $/, 90_000);
        const appended = lines.flatMap((line) => line.split(" ")[2] ?? []);
        t.equal(appended.length, 200);
        t.ok((await enter("get paste -o raw")).includes(appended.join("")));
      },
    );

    await t.test("what was typed is remembered, for its owner alone, and found by Ctrl-R", async (t) => {
      t.equal(statSync(historyFile).mode & 0o777, 0o600);
      t.match(readFileSync(historyFile, "utf8"), /^put app\/colour "dark\\tgreen"\nget app\/colour\n/);
      terminal.type("t app/c\x12");
      await terminal.until(/get app\/colour ?$/);
      t.match(await enter(""), /green/);
      terminal.type("\x1b[A");
      await terminal.until(/get app\/colour ?$/);
      terminal.type("\x03");
      await terminal.until(PROMPT);
    });

    await t.test("a line can be left, and the prompt by Ctrl-D, with status 0", async (t) => {
      terminal.type("connect 127.0.0.1:9\r");
      await terminal.until(/not connected> $/);
      await enter(`connect ${environment["KVD_ENDPOINTS"]}`);
      terminal.type("\x04");
      t.equal(await terminal.ended(), 0);
    });
  });
});

t.test("a reader that goes away ends kvcli quietly", { skip, timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster, client) => {
    for (let at = 0; at < 20; at++)
      await client.putAll(
        Array.from({ length: 500 }, (_, index) => [`many/${at}/${index}/${"x".repeat(80)}`, ""]),
      );
    const command = `${KVCLI.join(" ")} ls | head -1; echo "\${PIPESTATUS[0]}"`;
    const terminal = new PseudoTerminal(["bash", "-c", command], {
      KVD_ENDPOINTS: cluster.endpoints().join(","),
    });
    try {
      const shown = await terminal.until(/many.*\r\n\d+\r\n$/);
      t.match(shown, /^many\/0\/0\/x+\r\n0\r\n$/, "one line, no complaint, status 0");
    } finally {
      terminal.kill();
    }
  }, 1);
});
