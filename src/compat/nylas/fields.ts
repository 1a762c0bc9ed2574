import { z } from '@hono/zod-openapi';
import { longText } from '../../http/router.ts';
import { registrationInput } from '../../registrations/registration-json.ts';

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'Give a number.' }).int('Give a whole number.').min(least).max(most);

/** How a list is cut: the part that begins at `offset`. */
export const paging = z.object({
  limit: wholeNumber(1, 200).default(50),
  offset: wholeNumber(0, 1_000_000).default(0),
});

export const provider = z.literal('microsoft', { error: 'Parley connects Microsoft alone: use “microsoft”.' });

/** For how long a link can be opened, in seconds: from a minute to ten years, as clients check it themselves. */
export const linkSeconds = z
  .int('Give whole seconds.')
  .min(60, 'At least 60 seconds.')
  .max(315_360_000, 'At most 315,360,000 seconds.');

/** Names of Microsoft's permissions; none at all is fine. */
export const scopeList = z.array(registrationInput.shape.scopes.unwrap().element).max(40, 'At most 40 scopes.');

/** Notes of an application on a grant; their names stay as they are. */
export const notes = z
  .record(z.string().regex(/^[\w.-]{1,40}$/, 'Names have at most 40 letters, digits, “_”, “.” and “-”.'), longText(500))
  .refine((all) => Object.keys(all).length <= 50, 'At most 50 entries.');

/** A refresh token of Microsoft, whatever it is made of. */
export const refreshToken = z
  .string({
    error:
      'Give the refresh token that Microsoft gave to the same app. For a whole tenant without its people, use a tenant connection (/v1/tenants).',
  })
  .regex(/^[\x21-\x7e]{1,8000}$/, 'This is no refresh token: it has blanks or letters that none has, or is too long.');
