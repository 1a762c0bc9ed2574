import { createRoute, z } from '@hono/zod-openapi';
import { mayDo, requirePermission, type Permission } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { once } from '../http/idempotency.ts';
import { pageOf, pageQuery, splitPage } from '../http/paging.ts';
import {
  idParam,
  idText,
  json,
  jsonBody,
  longText,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { getEmail, listEmails, resendEmail } from './delivery-log.ts';
import {
  emailSchema,
  emailWithTextSchema,
  presentEmail,
  presentEmailWithText,
  presentText,
  previewSchema,
  textSchema,
} from './email-json.ts';
import { locales } from './locale.ts';
import { deleteOwnText, listTexts, requireKnownPlaceholders, saveOwnText } from './own-texts.ts';
import { sampleLetter } from './sample-letter.ts';
import type { EmailDeps } from './service.ts';
import { templateNames } from './template.ts';

const tags = ['Mail'];
const params = idParam('the mail');

const list = createRoute({
  method: 'get',
  path: '/v1/emails',
  tags,
  description: 'What was sent, is waiting, or failed. `order`, `from` and `to` go by when it was written.',
  request: {
    query: pageQuery.extend({ bookingId: idText.optional(), status: emailSchema.shape.status.optional() }),
  },
  responses: {
    200: json(z.object({ data: z.array(emailSchema), nextCursor: z.string().nullable() }), 'Mails'),
    ...problemAnswers,
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/emails/{id}',
  tags,
  request: { params },
  responses: { 200: json(emailWithTextSchema, 'The mail'), ...problemAnswers },
});
const resend = createRoute({
  method: 'post',
  path: '/v1/emails/{id}/resend',
  tags,
  description: 'Sends it once more, as it was, as a new mail; one that is waiting is tried at once.',
  request: { params },
  responses: { 201: json(emailSchema, 'The mail that is sent'), ...problemAnswers },
});

const which = z.object({
  template: z.enum(templateNames, 'There is no such letter.').openapi({ param: { name: 'template', in: 'path' } }),
  locale: z.enum(locales, 'Parley does not write this language.').openapi({ param: { name: 'locale', in: 'path' } }),
});
const words = z
  .strictObject({
    subject: singleLine(200, 'Give a subject.'),
    body: longText(5000).refine((text) => text.trim() !== '', 'Give a text.'),
  })
  .openapi('EmailTemplateText', {
    description: 'Plain text. Empty lines part paragraphs; lines that begin with `1.` make a list.',
  });
// A literal, because the typed client is made from the paths.
const at = <Path extends string>(path: Path) => `/v1/email-templates/{template}/{locale}${path}` as const;

const texts = createRoute({
  method: 'get',
  path: '/v1/email-templates',
  tags,
  responses: {
    200: json(z.object({ data: z.array(textSchema) }), 'Every letter in every language'),
    ...problemAnswers,
  },
});
const save = createRoute({
  method: 'put',
  path: at(''),
  tags,
  description: 'Puts words of your own in force. Links, times and buttons are added by Parley.',
  request: { params: which, body: jsonBody(words) },
  responses: { 200: json(textSchema, 'The text'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: at(''),
  tags,
  request: { params: which },
  responses: { 204: { description: 'Parley’s own words are in force' }, ...problemAnswers },
});
const preview = createRoute({
  method: 'post',
  path: at('/preview'),
  tags,
  description: 'Shows how a text turns out. Nothing is saved and nothing is sent.',
  request: { params: which, body: jsonBody(words) },
  responses: { 200: json(previewSchema, 'The letter'), ...problemAnswers },
});

type Deps = EmailDeps & { dataKeys: DataKeys; publicUrl: string };

/** `/v1/emails` and `/v1/email-templates`: what was sent, and in which words. */
export function emailRoutes(deps: Deps) {
  const workspaceOf = (c: ApiContext, permission: Permission) => {
    requirePermission(c.get('principal'), permission);
    return c.get('principal').workspaceId;
  };
  return newRouter()
    .openapi(list, async (c) => {
      const { bookingId, status, ...query } = c.req.valid('query');
      const rows = await listEmails(deps, workspaceOf(c, 'read'), { ...pageOf(query), bookingId, status });
      const page = splitPage(rows, query.limit, ({ created_at: startsAt, id }) => ({ startsAt, id }));
      return c.json({ data: page.data.map(presentEmail), nextCursor: page.nextCursor }, 200);
    })
    .openapi(read, async (c) => {
      const row = await getEmail(deps, workspaceOf(c, 'read'), c.req.valid('param').id);
      return c.json(presentEmailWithText(row, mayDo(c.get('principal'), 'manage', 'emails:manage')), 200);
    })
    .openapi(resend, async (c) => {
      const workspaceId = workspaceOf(c, 'book');
      const { id } = c.req.valid('param');
      const response = await once(c, deps, {
        run: async (trx) => ({
          status: 201,
          body: presentEmail(await resendEmail({ ...deps, db: trx }, workspaceId, id)),
        }),
      });
      return response as never; // stored bytes, checked against the schema when they were made
    })
    .route('/', textRoutes(deps, workspaceOf));
}

function textRoutes(deps: Deps, workspaceOf: (c: ApiContext, permission: Permission) => string) {
  return newRouter()
    .openapi(texts, async (c) => {
      const all = await listTexts(deps.db, workspaceOf(c, 'read'));
      return c.json({ data: all.map(presentText) }, 200);
    })
    .openapi(save, async (c) => {
      const workspaceId = workspaceOf(c, 'manage');
      const { template, locale } = c.req.valid('param');
      await saveOwnText(deps, { workspaceId, template, locale }, c.req.valid('json'));
      const all = await listTexts(deps.db, workspaceId);
      const saved = all.find((one) => one.template === template && one.locale === locale);
      if (!saved) throw new TypeError('a text that was just saved');
      return c.json(presentText(saved), 200);
    })
    .openapi(remove, async (c) => {
      const workspaceId = workspaceOf(c, 'manage');
      await deleteOwnText(deps.db, { workspaceId, ...c.req.valid('param') });
      return c.body(null, 204);
    })
    .openapi(preview, async (c) => {
      const workspaceId = workspaceOf(c, 'read');
      const { template, locale } = c.req.valid('param');
      const text = c.req.valid('json');
      requireKnownPlaceholders(template, text);
      const { name } = await deps.db
        .selectFrom('workspaces')
        .select('name')
        .where('id', '=', workspaceId)
        .executeTakeFirstOrThrow();
      const now = deps.now();
      const letter = sampleLetter({ template, locale, text, workspaceName: name, publicUrl: deps.publicUrl, now });
      return c.json(letter, 200);
    });
}
