/** The annotation by which a person or a tool asks for another try at once: any new value. */
import { group } from './group.ts';

export const requestedAtAnnotation = `${group}/requested-at`;

interface Asking {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly status?: { readonly lastHandledRequestedAt?: string };
}

/** Another try was asked for since the last one. */
export function isAsked({ metadata, status }: Asking): boolean {
  const requestedAt = metadata.annotations?.[requestedAtAnnotation];
  return requestedAt !== undefined && requestedAt !== status?.lastHandledRequestedAt;
}

/** The same object, asking for nothing. */
export function withoutRequest<O extends Asking>(object: O): O {
  const { [requestedAtAnnotation]: _, ...others } = object.metadata.annotations ?? {};
  const handled = object.status?.lastHandledRequestedAt;
  const annotations = handled === undefined ? others : { ...others, [requestedAtAnnotation]: handled };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
