import type { Client } from "../../client/client.ts";
import type { Command, Run } from "../command.ts";
import { parseDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { holdDuring } from "../holding.ts";
import { Interruption } from "../interruption.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { jsonHolder, lockNameOf, TTL_OPTION, ttlOptionOf } from "./lock-options.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

/** `kvcli lock NAME [-- CMD...]`: holds a lock while a command runs, or until the input ends. */
export const lockCommand: Command = {
  usage: "lock <name> [command..]",
  describe: "hold a lock while a command runs, or until the input ends",
  positionals: {
    name: { type: "string", describe: "the lock; those who want it have a key NAME/LEASE each" },
    command: { type: "string", array: true, describe: "the command, behind a --" },
  },
  options: {
    ...TTL_OPTION,
    wait: { type: "string", describe: "give up after so long, 0 at once; without it as long as it takes" },
    value: { type: "string", describe: "what others can read about the holder" },
    show: { type: "boolean", describe: "print who holds it instead; status 1 when nobody does" },
  },
  examples: [
    ["$0 lock backup -- ./backup.sh", "one backup at a time; its exit status is passed on"],
    ["$0 lock backup --wait 0 -- ./backup.sh", "or status 1, at once, when another holds the lock"],
    [
      `$0 lock job -- sh -c 'kvcli put job/state done --fence "$KVD_LOCK:$KVD_FENCE"'`,
      "a write that is refused once the lock is lost",
    ],
    ["$0 lock backup", "prints the fencing token, and holds the lock until Ctrl-D or Ctrl-C"],
    ["$0 lock backup --show", "who holds it, and how many wait"],
  ],
  run: lock,
};

async function lock(run: Run): Promise<ExitCode> {
  const name = lockNameOf(run.args);
  if (run.args.flag("show")) return withClient(run, (client) => show(run, client, name));
  if (run.session !== undefined)
    throw usageError(
      "a shell or script cannot hold it: kvcli lock NAME runs a command of its own, behind a --",
    );
  const words = run.args.texts("command");
  const wait = waitOf(run);
  const value = run.args.optionalText("value");
  const options = { ...ttlOptionOf(run.args), ...(value === undefined ? {} : { value }) };
  const interruption = new Interruption();
  try {
    return await withClient(run, async (client) => {
      const { signal } = interruption;
      const got =
        wait === 0
          ? await client.tryLock(name, { ...options, signal })
          : await client.lock(name, {
              ...options,
              signal,
              ...(wait === undefined ? {} : { timeoutMs: wait }),
            });
      if (got === undefined) {
        const message = `the lock ${showKey(Buffer.from(name))} is held by another; see --show`;
        const details = { outcome: "not_applied", retryable: true };
        throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "lock_held", details });
      }
      if (words.length === 0) announce(run, name, got);
      const held = {
        title: `the lock ${name}`,
        keyText: Buffer.from(got.key).toString(),
        token: got.token,
        leaseId: got.leaseId,
        lost: got.lost,
        release: () => got.release(),
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

/** Undefined: as long as it takes. */
function waitOf(run: Run): number | undefined {
  const text = run.args.optionalText("wait");
  if (text === undefined) return undefined;
  return /^0(?:ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text, "--wait", { msMax: YEAR_MS });
}

function announce(
  run: Run,
  name: string,
  { key, token, leaseId }: { readonly key: Uint8Array; readonly token: number; readonly leaseId: number },
): void {
  switch (formatOf(run, "value")) {
    case "json":
      printJson(run, "lock", { name, ...jsonBytes("key", key), token, lease: leaseId });
      break;
    case "table":
      print(run, `${showKey(key)}  token=${token}  lease=${leaseId}\n`);
      break;
    case "value":
      print(run, `${token}\n`);
      break;
  }
}

async function show(run: Run, client: Client, name: string): Promise<ExitCode> {
  const { holder, waiters, revision } = await client.lockHolder(name);
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "lock", { name, holder: jsonHolder(holder), waiters, revision });
      break;
    case "table":
      if (holder !== undefined) {
        const { key, token, value } = holder;
        print(run, `${showKey(key)}  token=${token}  waiters=${waiters}  ${showKey(value)}\n`);
      }
      break;
    case "value":
      if (holder !== undefined) print(run, `${holder.token}\n`);
      break;
  }
  return holder === undefined ? EXIT_CODES.negative : EXIT_CODES.done;
}
