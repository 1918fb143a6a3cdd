/** An access key of Alibaba Cloud. */

export interface Credential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Only for temporary (STS) keys. */
  readonly securityToken?: string | undefined;
}
