import { gzipSync } from "node:zlib";
import { type Bundle, gatherBundle } from "../bundle.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { type TarFile, tarOf } from "../tar.ts";
import { WholeFile } from "../whole-file.ts";

/** `kvadm bundle [FILE]`: what somebody needs who is asked for help. */
export const bundleCommand: Command = {
  usage: "bundle [file]",
  describe:
    "put status, figures, findings, settings and logs into one archive, to be sent with a question; no keys, values or secrets",
  positionals: {
    file: { type: "string", describe: "a .tar.gz; - writes to stdout; by default kvd-bundle-TIME.tar.gz" },
  },
  options: {
    config: {
      alias: "c",
      type: "string",
      array: true,
      describe: "a configuration besides those in /etc/kvd; may be repeated",
    },
    log: {
      type: "string",
      array: true,
      describe: "a file that a node's log goes to, when that is not the journal; may be repeated",
    },
    "data-dir": { type: "string", describe: "the disk that this is on is described [.]" },
    force: { type: "boolean", describe: "replace a file that is there" },
  },
  examples: [
    ["$0 bundle", "on a node's host, as root: its journal and configuration, and what all members say"],
    ["$0 bundle --log n1.log --config n1.yaml", "without systemd"],
    ["$0 bundle - | tar tzv", "what would be in it"],
  ],
  run: bundle,
};

async function bundle(run: Run): Promise<ExitCode> {
  const now = new Date();
  const root = `kvd-bundle-${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  const file = run.args.optionalText("file") ?? `${root}.tar.gz`;
  if (file === "-" && run.terminal.isOutputTty)
    throw usageError("an archive is not for a terminal: name a file, or send standard output somewhere");
  const sink = file === "-" ? undefined : await WholeFile.create(file, run.args.flag("force"));
  try {
    const gathered = await gatherBundle({
      configs: run.args.texts("config"),
      logs: run.args.texts("log"),
      directory: run.args.optionalText("data-dir") ?? ".",
      timeoutMs: timeoutOf(run),
      withClient: (use) => withClient(run, use),
    });
    const archive = new Uint8Array(gzipSync(tarOf(filesOf(root, gathered, now), now.getTime())));
    for (const line of gathered.missing) run.terminal.err(`kvadm: not in it: ${line}\n`);
    if (sink === undefined) {
      run.terminal.out(archive);
      await run.terminal.flushed();
      return EXIT_CODES.done;
    }
    await sink.write(archive);
    await sink.finish();
    report(run, file, { bytes: archive.length, gathered });
    return EXIT_CODES.done;
  } finally {
    await sink?.abandon();
  }
}

function filesOf(root: string, gathered: Bundle, now: Date): readonly TarFile[] {
  const files = [["README.txt", readme(gathered, now)] as const, ...gathered.files];
  return files.map(([name, text]) => ({
    name: `${root}/${name}`,
    content: new Uint8Array(Buffer.from(text)),
  }));
}

const CONTENTS: readonly (readonly [prefix: string, what: string])[] = [
  ["status", "what every member says of itself, as a table and in full"],
  ["doctor", "what is wrong, what follows from it, and what to do"],
  ["metrics/", "the same figures as /metrics has them"],
  ["slots/", "the last slots of each log: ballot, size, kinds of operations"],
  ["host", "the host that the bundle was made on"],
  ["environment", "variables of whoever made it that concern kvd"],
  ["journal", "the last lines of the journal of kvd on this host"],
  ["config/", "configuration on this host"],
  ["log/", "the ends of log files on this host"],
];

function readme({ files, missing }: Bundle, now: Date): string {
  const names = [...files.keys()];
  const present = CONTENTS.filter(([prefix]) => names.some((name) => name.startsWith(prefix)));
  return [
    `Made by kvadm bundle at ${now.toISOString()}.`,
    "",
    ...present.map(([prefix, what]) => `${prefix.padEnd(14)}${what}`),
    "",
    "Keys and values of users are not in it. Tokens, private keys and the values of settings and variables",
    "whose names speak of a secret are struck out. Names and addresses of hosts are in it.",
    "",
    missing.length === 0 ? "Nothing is missing." : "Could not be got:",
    ...missing,
    "",
  ].join("\n");
}

interface Made {
  readonly bytes: number;
  readonly gathered: Bundle;
}

function report(run: Run, file: string, { bytes, gathered }: Made): void {
  const files = [...gathered.files.keys()];
  switch (formatOf(run, "table")) {
    case "json":
      return printJson(run, "bundle", { file, bytes, files, missing: gathered.missing });
    case "table":
      return print(run, `${file}: ${files.length} files, ${bytes} bytes\n`);
    case "value":
      return print(run, `${file}\n`);
  }
}
