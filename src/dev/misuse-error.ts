/** What was asked does not fit the cluster that is there: another node's name, another number of nodes. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
}
