/** A listing of usable objects while it comes in. */
import type { KubeObject } from '../api/kube-object.ts';
import { toKey } from '../api/kube-object.ts';
import { KubeError } from './kube-error.ts';
import { maxItems } from './list-pages.ts';
import { isKubeObject } from './object-identity.ts';
import type { ObjectIntake } from './object-intake.ts';

export class ObjectListing<Raw extends KubeObject, T extends KubeObject> {
  readonly objects = new Map<string, T>();
  readonly #intake: ObjectIntake<Raw, T>;

  constructor(intake: ObjectIntake<Raw, T>) {
    this.#intake = intake;
  }

  /** An object that cannot be used is not in the listing, whatever came of it before. @throws KubeError `ListingTooLong` */
  add(raw: unknown): void {
    const object = this.#intake.toCached(raw);
    if (object) this.objects.set(toKey(object), object);
    else if (isKubeObject(raw)) this.remove(raw);
    if (this.objects.size <= maxItems) return;
    throw new KubeError({
      code: 'ListingTooLong',
      message: `a listing has no end after ${maxItems} objects`,
    });
  }

  remove(object: KubeObject): void {
    this.objects.delete(toKey(object));
  }
}
