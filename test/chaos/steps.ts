/** Every call that an operator makes at a port, by the name under which it can be stopped there. */

export const workSteps = [
  'read-object',
  'claim',
  'write-status',
  'record',
  'set-finalizers',
  'connect',
  'create-version',
  'get-version',
  'search-versions',
  'list-versions',
  'delete-version',
  'get-app',
  'versions-in-use',
] as const;

/** The others are made by the one that leads; these by all. */
export const leaseSteps = ['read-lease', 'create-lease', 'replace-lease'] as const;

export const steps = [...workSteps, ...leaseSteps] as const;
export type Step = (typeof steps)[number];

/** Before the call goes out, or when it has ended, well or not. */
export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];
