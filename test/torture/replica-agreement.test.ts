import t from "tap";
import { ReplicaAgreement } from "./replica-agreement.ts";

t.test("replicas that applied the same slots are alike, whenever they are asked", async (t) => {
  const agreement = new ReplicaAgreement();
  const at = (name: string, applied: number, revision: number, keys = 5): string | undefined =>
    agreement.contradiction({ name, applied, revision, keys });
  t.equal(at("n1", 10, 7), undefined);
  t.equal(at("n2", 10, 7), undefined);
  t.equal(at("n2", 11, 7), undefined);
  t.match(at("n3", 10, 6), /slots below 10 applied, n1 was at revision 7 .* and n3 was at revision 6/);
  t.match(at("n3", 11, 7, 4), /n2 .* 5 keys and n3 .* 4 keys/);
});
