/** Every call that an operator makes at a port, by the name under which it can be stopped there. */

/** Made by the one that leads, for nearly every object. */
export const commonSteps = [
  'claim',
  'write-status',
  'record',
  'connect',
  'create-version',
  'get-version',
  'search-versions',
] as const;

/** Made by the one that leads, where it has to. */
export const rareSteps = [
  'read-object',
  'set-finalizers',
  'list-versions',
  'delete-version',
  'get-app',
  'versions-in-use',
] as const;

/** Made by all. */
export const leaseSteps = ['read-lease', 'create-lease', 'replace-lease'] as const;

export const steps = [...commonSteps, ...rareSteps, ...leaseSteps] as const;
export type Step = (typeof steps)[number];

/** Before the call goes out, or when it has ended, well or not. */
export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];
