/** One thing that is wrong with a manifest: where, and what must hold instead. */
export interface Issue {
  /** As a person would write it, for example `spec.containers[0].args[1]`. */
  readonly path: string;
  readonly message: string;
}

/** Nobody reads more issues of one object: who looks for them stops behind this many, where one more says that there are more. */
export const mostIssues = 100;
