/** An access key of Alibaba Cloud. */

export interface Credential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Only for temporary (STS) keys. */
  readonly securityToken?: string | undefined;
}

/** Equal for equal credentials. It holds secrets: for comparing alone. */
export function identityOf({ accessKeyId, accessKeySecret, securityToken = '' }: Credential): string {
  return `${accessKeyId}\n${accessKeySecret}\n${securityToken}`;
}
