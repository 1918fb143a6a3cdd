/** The name of the version in the cloud: `spec.name`, or the object's own. */
export function versionName(object: {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly name?: string };
}): string {
  return object.spec.name ?? object.metadata.name;
}
