import { Hono } from 'hono';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { armFault } from '../faults.ts';
import { addAdministration } from './administration.ts';
import * as changes from './changes.ts';
import { ImpossibleEnd } from '../artifacts/end-meeting.ts';
import { addForms } from './forms.ts';
import { addMeetings } from './meetings.ts';
import { addNotifications } from './notifications.ts';
import { controlPage } from './page.ts';
import { addPowerShell } from './powershell-page.ts';
import { mailboxState } from './mailbox-state.ts';

/** The control API (JSON) and the page with the same as forms. */
export function controlApp(context: Context): Hono {
  const app = new Hono();
  app.get('/control', () => controlPage(context));
  addWorld(app, context);
  addPeople(app, context);
  addApps(app, context);
  addAdministration(app, context);
  addPowerShell(app, context);
  addNotifications(app, context);
  addMeetings(app, context);
  addForms(app, context);
  app.notFound((c) => c.json({ error: 'Nothing here. The page is at /control.' }, 404));
  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
    if (error instanceof ImpossibleEnd) return c.json({ error: error.message }, 400);
    if (error instanceof changes.Conflict) return c.json({ error: error.message }, 409);
    if (error instanceof changes.NotFound) return c.json({ error: error.message }, 404);
    return c.json({ error: error.message }, error instanceof SyntaxError ? 400 : 500);
  });
  return app;
}

function addWorld(app: Hono, context: Context): void {
  app.get('/control/state', (c) => c.json(state(context)));
  app.get('/control/mailboxes/:address', (c) => c.json(mailboxState(context, c.req.param('address'))));
  app.post('/control/clock', async (c) => {
    changes.changeClock(context, changes.clockSchema.parse(await c.req.json()));
    return c.json({ now: new Date(context.now()).toISOString() });
  });
  app.post('/control/faults', async (c) => {
    const fault = changes.faultSchema.parse(await c.req.json());
    return c.json({ id: armFault(context, fault) }, 201);
  });
  app.get('/control/faults', (c) => c.json(context.faults));
  app.delete('/control/faults', (c) => {
    context.faults.length = 0;
    return c.body(null, 204);
  });
  app.delete('/control/faults/:id', (c) => {
    const index = context.faults.findIndex(({ id }) => id === c.req.param('id'));
    if (index >= 0) context.faults.splice(index, 1);
    return c.body(null, 204);
  });
  app.patch('/control/switches', async (c) => {
    Object.assign(context.switches, changes.switchesSchema.parse(await c.req.json()));
    return c.json(context.switches);
  });
  app.get('/control/calls', (c) => {
    const { service, method, path, since } = c.req.query();
    const calls = context.calls.filter(
      (call) =>
        (service === undefined || call.service === service) &&
        (method === undefined || call.method === method.toUpperCase()) &&
        (path === undefined || call.path.includes(path)) &&
        (since === undefined || call.at >= Number(since)),
    );
    return c.json(calls);
  });
  app.delete('/control/calls', (c) => {
    context.calls.length = 0;
    return c.body(null, 204);
  });
  app.post('/control/reset', (c) => {
    context.reset();
    return c.body(null, 204);
  });
}

function addPeople(app: Hono, context: Context): void {
  app.patch('/control/users/:id', async (c) =>
    c.json(changes.changeUser(context, c.req.param('id'), changes.userChangeSchema.parse(await c.req.json()))),
  );
  app.post('/control/users/:id/revoke-sessions', (c) => c.json(changes.revokeSessions(context, c.req.param('id'))));
  app.patch('/control/tenants/:id', async (c) =>
    c.json(changes.changeTenant(context, c.req.param('id'), changes.tenantChangeSchema.parse(await c.req.json()))),
  );
  app.post('/control/grants/revoke', async (c) =>
    c.json({ revoked: changes.revokeGrants(context, changes.revokeSchema.parse(await c.req.json())) }),
  );
}

function addApps(app: Hono, context: Context): void {
  app.post('/control/apps', async (c) =>
    c.json(changes.registerApp(context, changes.appSchema.parse(await c.req.json())), 201),
  );
  app.patch('/control/apps/:clientId', async (c) =>
    c.json(changes.changeApp(context, c.req.param('clientId'), changes.appChangeSchema.parse(await c.req.json()))),
  );
  app.put('/control/apps/:clientId/api', async (c) =>
    c.json(changes.exposeApi(context, c.req.param('clientId'), changes.apiSchema.parse(await c.req.json()))),
  );
  app.delete('/control/apps/:clientId/api', (c) => {
    changes.hideApi(context, c.req.param('clientId'));
    return c.body(null, 204);
  });
  app.post('/control/apps/:clientId/secrets', async (c) =>
    c.json(changes.addSecret(context, c.req.param('clientId'), changes.secretSchema.parse(await c.req.json())), 201),
  );
  app.delete('/control/apps/:clientId/secrets/:id', (c) => {
    changes.deleteSecret(context, c.req.param('clientId'), c.req.param('id'));
    return c.body(null, 204);
  });
  app.post('/control/apps/:clientId/secrets/:id/expire', (c) => {
    changes.expireSecret(context, c.req.param('clientId'), c.req.param('id'));
    return c.body(null, 204);
  });
  app.post('/control/apps/:clientId/certificates', async (c) => {
    const { pem } = z.strictObject({ pem: z.string() }).parse(await c.req.json());
    return c.json(changes.addCertificate(context, c.req.param('clientId'), pem), 201);
  });
  app.delete('/control/apps/:clientId/certificates/:sha256', (c) => {
    changes.deleteCertificate(context, c.req.param('clientId'), c.req.param('sha256'));
    return c.body(null, 204);
  });
  app.post('/control/apps/:clientId/redirectUris', async (c) => {
    const input = changes.redirectUriSchema.parse(await c.req.json());
    changes.addRedirectUri(context, c.req.param('clientId'), input);
    return c.json(input, 201);
  });
  app.delete('/control/apps/:clientId/redirectUris', async (c) => {
    const { uri } = z.strictObject({ uri: z.string() }).parse(await c.req.json());
    changes.deleteRedirectUri(context, c.req.param('clientId'), uri);
    return c.body(null, 204);
  });
}

function state(context: Context) {
  const { directory } = context;
  return {
    now: new Date(context.now()).toISOString(),
    origins: context.origins,
    tenants: [...directory.tenants.values()],
    users: [...directory.users.values()],
    groups: [...directory.groups.values()],
    apps: [...directory.apps.values()],
    servicePrincipals: [...directory.servicePrincipals.values()],
    grants: directory.grants,
    subscriptions: context.notifications.subscriptions.size,
    switches: context.switches,
    faults: context.faults,
    calls: context.calls.length,
  };
}
