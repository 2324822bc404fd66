import type { LeaderHint } from "./client-messages.ts";
import { malformed, portField, textField } from "./fields.ts";
import type { kvd } from "./schema.generated.js";

/** Names of nodes, and hosts in text: no DNS name is longer. */
export const NAME_CHARACTERS_MAX = 255;

export function leaderHintField(body: kvd.LeaderHint.$Properties | null | undefined): LeaderHint | undefined {
  return body === null || body === undefined ? undefined : presentHint(body);
}

/** One where it must not be missing. */
export function presentHint(body: kvd.LeaderHint.$Properties): LeaderHint {
  const name = textField(body.name ?? "", NAME_CHARACTERS_MAX, "name");
  const host = textField(body.host ?? "", NAME_CHARACTERS_MAX, "host");
  if (host === "") malformed("a host is missing");
  return { name, host, port: portField(body.port ?? 0, "port") };
}
