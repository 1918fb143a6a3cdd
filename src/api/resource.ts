/** Which resource something is for. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower case, as in a path: `leases`. */
  readonly plural: string;
  readonly kind: string;
}
