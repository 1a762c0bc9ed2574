import { z } from '@hono/zod-openapi';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * What is wrong with an address that people are sent back to with an answer: https, or http on loopback, or a scheme of an
 * installed app, which has a dot (RFC 8252, section 7.1). It is compared to the letter, so it has to be written in one way.
 */
export function faultOfReturnUri(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'Give a whole address, such as https://app.example.com/connected.';
  const isHttp = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
  if (!isHttp && !/^[a-z][\w+-]*(\.[\w+-]+)+:$/i.test(url.protocol))
    return 'Use https; http is for this machine (localhost) only.';
  if (url.username || url.password) return 'Leave user and password out.';
  if (text.includes('#')) return 'Leave the part after “#” out: the answer comes there.';
  return /[\s*]/.test(text) ? 'Leave blanks and “*” out: the address is compared to the letter.' : undefined;
}

const mostReturnUris = 50;

const returnUri = z
  .string({ error: 'Give an address.' })
  .max(2000, 'At most 2,000 characters.')
  .superRefine((text, context) => {
    const fault = faultOfReturnUri(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .openapi({ example: 'https://app.example.com/connected' });

/** The addresses that a workspace lists for people to be sent back to. */
export const returnUriList = z.array(returnUri).max(mostReturnUris, `At most ${mostReturnUris} addresses.`);
