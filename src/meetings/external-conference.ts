import { z } from '@hono/zod-openapi';
import { singleLine } from '../http/router.ts';

const code = singleLine(200).optional();

/** A conference that somebody else runs, as a caller describes it. */
export const conferenceSchema = z.strictObject({
  provider: singleLine(100, 'Name the conference, such as “Zoom Meeting”.').openapi({ example: 'Zoom Meeting' }),
  url: singleLine(2000, 'Give the address at which people join.')
    .refine(isWebAddress, 'Give a web address that begins with https:// or http://.')
    .openapi({ example: 'https://zoom.us/j/4721903815' }),
  meetingCode: code,
  password: code,
  pin: code,
  phone: z.array(singleLine(100)).max(20, 'At most 20 numbers.').optional(),
});

/** A link that a browser follows to where it says: to the web, nowhere else, and to nobody behind an “@”. */
function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^\s"'<>\\^`{|}]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
