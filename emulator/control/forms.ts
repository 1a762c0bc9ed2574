import type { Hono } from 'hono';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { endFrom } from '../artifacts/end-form.ts';
import { endMeeting } from '../artifacts/end-meeting.ts';
import { armFault } from '../faults.ts';
import type { FaultRequest } from '../faults.ts';
import { expireDeltaTokens } from '../graph/mailboxes.ts';
import { deliver } from '../notifications/deliver.ts';
import { htmlPage } from '../page.ts';
import { html } from 'hono/html';
import * as changes from './changes.ts';
import { changeSettings, deleteRecordingFile, expireMeeting } from './meetings.ts';
import { lifecycleSchema, mischiefSchema, sendLifecycle } from './notifications.ts';
import { createPolicy, grantPolicy } from './quick-forms.ts';

type Fields = Record<string, string>;
/** After the change the browser goes to a section of the page, or to another page. */
type Form = { section: string; page?: (fields: Fields) => string; act: (context: Context, fields: Fields) => unknown };

const hour = 60 * 60 * 1000;

/** What the forms of the page do: each is one change, then back to its section. */
const forms: Record<string, Form> = {
  'advance-clock': {
    section: 'clock',
    act: (context, { hours }) => context.clock.advance(Number(hours) * hour),
  },
  'set-clock': {
    section: 'clock',
    act: (context, { at }) => changes.changeClock(context, changes.clockSchema.parse({ set: `${at}:00Z` })),
  },
  reset: { section: 'clock', act: (context) => context.reset() },
  user: {
    section: 'people',
    act: (context, { id, ...fields }) => changes.changeUser(context, id ?? '', userChange(fields)),
  },
  'revoke-sessions': { section: 'people', act: (context, { id }) => changes.revokeSessions(context, id ?? '') },
  tenant: {
    section: 'tenants',
    act: (context, { id, userConsentAllowed }) =>
      changes.changeTenant(context, id ?? '', { userConsentAllowed: userConsentAllowed === 'true' }),
  },
  'revoke-grants': {
    section: 'grants',
    act: (context, fields) => changes.revokeGrants(context, changes.revokeSchema.parse(withoutEmpty(fields))),
  },
  'add-secret': {
    section: 'apps',
    act: (context, { clientId, days }) => changes.addSecret(context, clientId ?? '', { days: Number(days) }),
  },
  'expire-secret': {
    section: 'apps',
    act: (context, { clientId, id }) => changes.expireSecret(context, clientId ?? '', id ?? ''),
  },
  'delete-secret': {
    section: 'apps',
    act: (context, { clientId, id }) => changes.deleteSecret(context, clientId ?? '', id ?? ''),
  },
  'add-certificate': {
    section: 'apps',
    act: (context, { clientId, pem }) => changes.addCertificate(context, clientId ?? '', pem ?? ''),
  },
  'delete-certificate': {
    section: 'apps',
    act: (context, { clientId, id }) => changes.deleteCertificate(context, clientId ?? '', id ?? ''),
  },
  'add-redirect-uri': {
    section: 'apps',
    act: (context, { clientId, ...input }) =>
      changes.addRedirectUri(context, clientId ?? '', changes.redirectUriSchema.parse(input)),
  },
  'delete-redirect-uri': {
    section: 'apps',
    act: (context, { clientId, id }) => changes.deleteRedirectUri(context, clientId ?? '', id ?? ''),
  },
  'expose-api': {
    section: 'apps',
    act: (context, { clientId, identifierUri, teams, tokenVersion }) =>
      changes.exposeApi(
        context,
        clientId ?? '',
        changes.apiSchema.parse({
          identifierUri,
          tokenVersion: Number(tokenVersion),
          ...(teams !== 'yes' && { authorizedClients: [] }),
        }),
      ),
  },
  'hide-api': { section: 'apps', act: (context, { clientId }) => changes.hideApi(context, clientId ?? '') },
  'end-meeting': {
    section: 'meetings',
    act: (context, fields) =>
      endMeeting(context, {
        onlineMeetingId: fields['onlineMeetingId'] ?? '',
        ...endFrom(new URLSearchParams(fields)),
      }),
  },
  'expire-meeting': {
    section: 'meetings',
    act: (context, { onlineMeetingId = '' }) => expireMeeting(context, { onlineMeetingId }),
  },
  'delete-recording': { section: 'meetings', act: (context, { id }) => deleteRecordingFile(context, id ?? '') },
  'transcript-settings': {
    section: 'meetings',
    act: (context, { id = '', ...settings }) =>
      changeSettings(
        context,
        id,
        Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === 'true'])),
      ),
  },
  fault: { section: 'faults', act: (context, fields) => armFault(context, faultOf(fields)) },
  'clear-faults': { section: 'faults', act: (context) => context.faults.splice(0) },
  switch: {
    section: 'switches',
    act: (context, fields) => Object.assign(context.switches, changes.switchesSchema.parse(switchOf(context, fields))),
  },
  'teams-policy': { section: 'teams', page: powerShell, act: createPolicy },
  'teams-grant': { section: 'teams', page: powerShell, act: grantPolicy },
  lifecycle: {
    section: 'notifications',
    act: (context, { id, event }) => sendLifecycle(context, id ?? '', lifecycleSchema.parse({ event }).event),
  },
  mischief: {
    section: 'notifications',
    act: (context, fields) => Object.assign(context.notifications.mischief, mischiefOf(fields)),
  },
  deliver: { section: 'notifications', act: (context) => deliver(context) },
  'lose-delta-tokens': { section: 'notifications', act: (context) => expireDeltaTokens(context.mailboxes) },
  'clear-calls': { section: 'calls', act: (context) => context.calls.splice(0) },
};

/** `POST /control/forms/{name}`. */
export function addForms(app: Hono, context: Context): void {
  app.post('/control/forms/:name', async (c) => {
    const form = forms[c.req.param('name')];
    if (form === undefined) return c.notFound();
    const fields = Object.fromEntries(new URLSearchParams(await c.req.text()));
    try {
      await form.act(context, fields);
    } catch (error) {
      return mistakePage(error);
    }
    return c.redirect(form.page?.(fields) ?? `/control#${form.section}`, 303);
  });
}

function powerShell({ tenantId = '' }: Fields): string {
  return `/control/powershell?tenantId=${encodeURIComponent(tenantId)}`;
}

function mistakePage(error: unknown): Promise<Response> {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  return htmlPage({
    title: 'That did not work',
    status: 400,
    body: html`<div class="card">
      <h1>That did not work</h1>
      <p>${message}</p>
      <p><a href="/control">Back</a></p>
    </div>`,
  });
}

function userChange({ mayRecord, ...fields }: Fields) {
  if (mayRecord !== undefined) {
    const isAllowed = mayRecord === 'true';
    return { meetingPolicy: { recording: isAllowed, transcription: isAllowed } };
  }
  const read = ([name, value]: [string, string]) => [
    name,
    value === 'true' || value === 'false' ? value === 'true' : value,
  ];
  return changes.userChangeSchema.parse(Object.fromEntries(Object.entries(fields).map(read)));
}

function faultOf({ kind = '', service, path, times, detail = '' }: Fields): FaultRequest {
  const kinds: Record<string, object> = {
    status: { type: 'status', status: Number(detail || 503) },
    throttled: { type: 'status', status: 429, retryAfter: detail || '10' },
    aadsts: { type: 'aadsts', code: Number(detail || 70008) },
    slow: { type: 'slow', ms: Number(detail || 10_000) },
    'break-body': { type: 'break-body', afterBytes: Number(detail || 1000) },
    'stall-body': { type: 'stall-body', afterBytes: Number(detail || 1000) },
    'content-type': { type: 'content-type', value: detail || 'text/html' },
  };
  const scope = withoutEmpty({ service: service ?? '', path: path ?? '' });
  return changes.faultSchema.parse({
    ...scope,
    times: Number(times ?? 1),
    kind: kinds[kind] ?? { type: kind },
  });
}

function switchOf(context: Context, { name = '', value = '' }: Fields): Record<string, unknown> {
  const current = context.switches[name as keyof typeof context.switches];
  if (value === 'null') return { [name]: null };
  if (typeof current === 'boolean') return { [name]: value === 'true' };
  return { [name]: value !== '' && Number.isFinite(Number(value)) ? Number(value) : value };
}

function mischiefOf({ loseNext, duplicateNext, delayMs, outOfOrder }: Fields) {
  return mischiefSchema.parse({
    loseNext: Number(loseNext ?? 0),
    duplicateNext: Number(duplicateNext ?? 0),
    delayMs: Number(delayMs ?? 0),
    outOfOrder: outOfOrder === 'true',
  });
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
