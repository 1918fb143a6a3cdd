/** Takes out of an error's message what serves only the authors of OpenSSL. */

/** An address in memory, a number, the library, the function, the reason, and the place in the source. */
const openSslText = /^.*?(?<![0-9A-F])[0-9A-F]{8,16}:error:[0-9A-F]{8}:[^:]*:[^:]*:([^:]*):.*$/s;

/** `TLS failed: wrong version number`, say, instead of a line of OpenSSL's; any other message as it is. */
export function withoutOpenSslText(message: string): string {
  return message.replace(openSslText, 'TLS failed: $1');
}
