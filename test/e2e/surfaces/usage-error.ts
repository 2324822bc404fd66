/**
 * Whether an error in kvcli's JSON is about the command line: that was sent to nobody, and has a word of its own for
 * what is a bad request to the others.
 */
export function isUsageError(error: Readonly<Record<string, unknown>>): boolean {
  return error["code"] === "usage";
}
