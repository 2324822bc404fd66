import { parseDocument } from "yaml";
import type { z } from "zod";

/** What a YAML text holds, as `schema` has it. Throws an Error that says what is wrong; `what` is what should be there. */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  what: string,
): z.infer<Schema> {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken !== undefined) throw new Error(broken.message.split("\n", 1)[0] ?? "not YAML");
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${issue?.path.join(".") || "the file"}: ${issue?.message ?? `not ${what}`}`);
}
