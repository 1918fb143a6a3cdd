/** A call to the cloud's API as a value, what sends it, and what is done around the sending. */

/** The body of a response, decoded from JSON and unchecked. */
export type Body = Readonly<Record<string, unknown>>;

/** What a success comes with besides its body. */
export interface ResponseContext {
  readonly requestId: string | undefined;
  readonly isId: IsId;
}

/** Says whether a text is an id. One that holds a secret, in whatever encoding, is none. */
export type IsId = (text: string) => boolean;

/** Parameters by the API's own names; what is neither a text nor a number goes as JSON, what is undefined does not go. */
export type CallParameters = object;

/** One call of one operation. Its methods and places of parameters: API reference section 8. */
export interface Call<T> {
  /** The name that the API gives the operation. */
  readonly operation: string;
  /** The name or id that the call is about. */
  readonly about: string;
  readonly method: 'GET' | 'POST';
  readonly query?: CallParameters;
  readonly form?: CallParameters;
  /** Of the signature; a fresh one where absent. */
  readonly nonce?: string;
  /** Reads the body of a success. @throws UnexpectedResponse */
  readonly toResult: (body: Body, context: ResponseContext) => T;
}

/** Sends a call once; nothing below repeats it. @throws EsaError for every failure */
export type Send = <T>(call: Call<T>) => Promise<T>;

/** Does something around a call, which `next` sends. */
export type Interceptor = <T>(call: Call<T>, next: Send) => Promise<T>;

/** `send` with the interceptors around it, the first outermost. */
export function intercepted(send: Send, interceptors: readonly Interceptor[]): Send {
  return interceptors.reduceRight<Send>((next, around) => (call) => around(call, next), send);
}
