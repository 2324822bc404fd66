import { bytesOf } from "../../client/key-bytes.ts";
import type { Holder } from "../../client/replies.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { holdDuring } from "../holding.ts";
import { Interruption } from "../interruption.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound, ProgramError, usageError } from "../program-error.ts";
import { formatOf, interrupted, namedTimeoutOf, print, printJson, withClient } from "../session.ts";
import { readValue } from "./data-options.ts";
import { jsonHolder, lockNameOf, TTL_OPTION, ttlOptionOf } from "./lock-options.ts";

/** `kvcli elect NAME VALUE [-- CMD...]`, `elect NAME`, `elect --observe NAME`. */
export const electCommand: Command = {
  usage: "elect <name> [value] [command..]",
  describe: "lead while a command runs, or until the input ends; or see who leads",
  positionals: {
    name: { type: "string", describe: "the election" },
    value: { type: "string", describe: "what the leader says of itself; - reads stdin, @FILE a file" },
    command: { type: "string", array: true, describe: "the command, behind a --" },
  },
  options: {
    ...TTL_OPTION,
    observe: { type: "boolean", describe: "print who leads, now and whenever it changes" },
  },
  examples: [
    ["$0 elect service 10.0.0.7 -- ./serve.sh", "waits its turn; serves as long as it leads"],
    ["$0 elect service", "who leads; status 1 when nobody does"],
    ["$0 elect --observe service -o json", "a line for each leader, until Ctrl-C"],
    ["$0 elect --observe service --timeout 1m", "for a minute, which is no failure: status 0"],
  ],
  run: elect,
};

async function elect(run: Run): Promise<ExitCode> {
  const name = lockNameOf(run.args);
  const value = run.args.optionalText("value");
  if (run.args.flag("observe")) {
    if (value !== undefined) throw usageError("--observe stands for no election: leave the value out");
    return observe(run, name);
  }
  return value === undefined ? show(run, name) : campaign(run, name, value);
}

async function campaign(run: Run, name: string, text: string): Promise<ExitCode> {
  if (run.session !== undefined)
    throw usageError(
      "a shell or script cannot hold it: kvcli elect NAME VALUE runs a command of its own, behind a --",
    );
  const words = run.args.texts("command");
  if (text === "-" && words.length === 0)
    throw usageError("the value takes the whole input, whose end would end it: name a command behind a --");
  const value = await readValue(run, text);
  const interruption = new Interruption();
  try {
    return await withClient(run, async (client) => {
      const options = { ...ttlOptionOf(run.args), signal: interruption.signal };
      const leadership = await client.campaign(name, value, options);
      const { key, token, leaseId, lost } = leadership;
      if (words.length === 0) tell(run, name, { key, token, leaseId, value: bytesOf(value) });
      const held = {
        title: `the leadership of ${name}`,
        keyText: Buffer.from(key).toString(),
        token,
        leaseId,
        lost,
        release: () => leadership.resign(),
      };
      return holdDuring(run, { held, words, interruption });
    });
  } catch (error) {
    if (interruption.status !== undefined && !(error instanceof ProgramError)) return interruption.status;
    throw error;
  } finally {
    interruption.release();
  }
}

async function show(run: Run, name: string): Promise<ExitCode> {
  const { holder } = await withClient(run, (client) => client.lockHolder(name));
  if (holder === undefined) {
    throw notFound(`nobody leads ${name}`);
  }
  tell(run, name, holder);
  return EXIT_CODES.done;
}

async function observe(run: Run, name: string): Promise<ExitCode> {
  const interruption = new Interruption();
  const timeoutMs = namedTimeoutOf(run);
  const over = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
  const line = run.session === undefined ? [] : [run.session.interrupt];
  const signal = AbortSignal.any([interruption.signal, ...over, ...line]);
  try {
    await withClient(run, async (client) => {
      for await (const holder of client.observe(name, { signal })) tell(run, name, holder);
    });
    if (run.session?.interrupt.aborted === true) throw interrupted();
    return interruption.status ?? EXIT_CODES.done;
  } catch (error) {
    if (interruption.status === undefined || error instanceof ProgramError) throw error;
    return interruption.status;
  } finally {
    interruption.release();
  }
}

function tell(run: Run, name: string, holder: Holder | undefined): void {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "leader", { ...jsonBytes("name", bytesOf(name)), leader: jsonHolder(holder) });
      break;
    case "table":
      if (holder === undefined) print(run, "nobody\n");
      else print(run, `${showKey(holder.value)}  token=${holder.token}  lease=${holder.leaseId}\n`);
      break;
    case "value":
      if (holder !== undefined) print(run, holder.value);
      print(run, "\n");
      break;
  }
}
