import type { FreshAnswer } from "../../client/replies.ts";
import type { LeaseItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import { showDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound, usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { formatTable } from "../table.ts";
import {
  changeOptionsOf,
  jsonFreshness,
  READ_OPTIONS,
  REPEAT_OPTIONS,
  readOptionsOf,
  ttlOf,
} from "./data-options.ts";

const ID = { id: { type: "string", describe: "the lease's number" } } as const;

/** `kvcli lease grant|keep-alive|revoke|ls|show`. */
export const leaseCommand: Command = {
  usage: "lease",
  describe: "leases: keys of one lease end together, unless it is kept alive",
  commands: [
    {
      usage: "grant <ttl>",
      describe: "begin a lease, and print its number",
      positionals: { ttl: { type: "string", describe: "30s, 500ms, 1h" } },
      options: {
        ...REPEAT_OPTIONS,
        id: { type: "string", describe: "a number of your own; status 1 when it is taken" },
      },
      examples: [["$0 lease grant 30s -o value", "the number alone"]],
      run: grant,
    },
    {
      usage: "keep-alive <id>",
      aliases: ["keepalive"],
      describe: "let a lease's whole time begin again, once; status 1 when it has ended",
      positionals: ID,
      options: REPEAT_OPTIONS,
      run: keepAlive,
    },
    {
      usage: "revoke <id>",
      describe: "end a lease, and delete its keys",
      positionals: ID,
      options: REPEAT_OPTIONS,
      run: revoke,
    },
    { usage: "ls", describe: "list the leases", options: READ_OPTIONS, run: list },
    {
      usage: "show <id>",
      describe: "show a lease and its first 1,000 keys; status 1 when there is none",
      positionals: ID,
      options: READ_OPTIONS,
      run: show,
    },
  ],
  examples: [
    ["$0 lease grant 30s", "lease 7  ttl=30s"],
    ["$0 put app/worker up --lease 7", "a key that lives as long as it"],
  ],
};

function idOf(text: string): number {
  const id = /^[0-9]{1,16}$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw usageError(`'${text}' is no lease: ids are whole numbers from 1 on; see kvcli lease ls`);
}

async function grant(run: Run): Promise<ExitCode> {
  const ttlMs = ttlOf(run.args.text("ttl"), "<ttl>");
  const wanted = run.args.optionalText("id");
  const id = wanted === undefined ? {} : { leaseId: idOf(wanted) };
  const options = { ...changeOptionsOf(run.args), ttlMs, ...id };
  const { leaseId, revision, servedBy } = await withClient(run, (client) => client.grantLease(options));
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "lease", { id: leaseId, ttl_ms: ttlMs, revision, served_by: servedBy });
      break;
    case "table":
      print(run, `lease ${leaseId}  ttl=${showDuration(ttlMs)}\n`);
      break;
    case "value":
      print(run, `${leaseId}\n`);
      break;
  }
  return EXIT_CODES.done;
}

async function keepAlive(run: Run): Promise<ExitCode> {
  const id = idOf(run.args.text("id"));
  const options = changeOptionsOf(run.args);
  const reply = await withClient(run, (client) => client.keepLeaseAlive(id, options));
  const { ttlMs, revision, servedBy } = reply;
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "lease", { id, ttl_ms: ttlMs, revision, served_by: servedBy });
      break;
    case "table":
      print(run, `lease ${id}  ttl=${showDuration(ttlMs)}\n`);
      break;
    case "value":
      print(run, `${ttlMs}\n`);
      break;
  }
  return EXIT_CODES.done;
}

async function revoke(run: Run): Promise<ExitCode> {
  const id = idOf(run.args.text("id"));
  const options = changeOptionsOf(run.args);
  const reply = await withClient(run, (client) => client.revokeLease(id, options));
  const { revision, count, more, servedBy } = reply;
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "revoke", { id, deleted: count, more, revision, served_by: servedBy });
      break;
    case "table": {
      const rest = more ? ", the others follow" : "";
      print(run, `lease ${id} revoked  rev=${revision}  deleted=${count}${rest}\n`);
      break;
    }
    case "value":
      print(run, `${count}\n`);
      break;
  }
  return EXIT_CODES.done;
}

async function list(run: Run): Promise<ExitCode> {
  const leases: LeaseItem[] = [];
  const answers: FreshAnswer[] = [];
  await withClient(run, async (client) => {
    for (let from = 0; ; ) {
      const page = await client.leases({ from, ...readOptionsOf(run) });
      leases.push(...page.leases);
      answers.push(page);
      const last = page.leases.at(-1);
      if (!page.more || last === undefined) return;
      from = last.id + 1;
    }
  });
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "leases", {
        count: leases.length,
        leases: leases.map(jsonLease),
        ...jsonFreshness(...answers),
      });
      break;
    case "table":
      print(run, formatTable(["LEASE", "TTL", "LEFT", "KEYS"], leases.map(leaseRow)));
      break;
    case "value":
      print(run, leases.map(({ id }) => `${id}\n`).join(""));
      break;
  }
  return EXIT_CODES.done;
}

async function show(run: Run): Promise<ExitCode> {
  const id = idOf(run.args.text("id"));
  const answer = await withClient(run, (client) => client.lease(id, readOptionsOf(run)));
  const { lease } = answer;
  if (lease === undefined) {
    throw notFound(`lease ${id}: not found`, { lease: id }, "lease_not_found");
  }
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "lease", {
        ...jsonLease(lease),
        keys: lease.keys.map((key) => jsonBytes("key", key)),
        more: lease.keys.length < lease.keyCount,
        ...jsonFreshness(answer),
      });
      break;
    case "table":
      print(run, formatTable(["LEASE", "TTL", "LEFT", "KEYS"], [leaseRow(lease)]));
      print(run, lease.keys.map((key) => `${showKey(key)}\n`).join(""));
      break;
    case "value":
      print(run, `${lease.timeLeftMs}\n`);
      break;
  }
  return EXIT_CODES.done;
}

function leaseRow({ id, ttlMs, timeLeftMs, keyCount }: LeaseItem): readonly string[] {
  return [`${id}`, showDuration(ttlMs), showDuration(timeLeftMs), `${keyCount}`];
}

function jsonLease({ id, ttlMs, timeLeftMs, keyCount }: LeaseItem): Readonly<Record<string, number>> {
  return { id, ttl_ms: ttlMs, time_left_ms: timeLeftMs, key_count: keyCount };
}
