/** The port to the cloud's API. */
import type { Send } from './call.ts';
import type { Credential } from './credential.ts';

export interface EsaClient {
  /**
   * The credential of a namespace, as it is now. May wait for it (a file, later an STS exchange).
   * @throws EsaError with a credentials code, before anything was sent to ESA.
   */
  credentialFor(namespace: string): Promise<Credential>;
  /** What sends calls with this credential. */
  sendWith(credential: Credential): Send;
  /** Ends the connections; calls under way end with them. */
  close(): Promise<void>;
}

/** Sends each call with the credential that is in force then: for programs that keep no account. */
export function sendFor(client: EsaClient, namespace: string): Send {
  return async (call) => client.sendWith(await client.credentialFor(namespace))(call);
}
