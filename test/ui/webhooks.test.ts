import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

test('an endpoint is added, refused with the reason at its field, tried, verified, changed and deleted', async (t) => {
  const { page, receiver } = await start(t);
  await page.getByRole('navigation').getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('heading', { name: 'No endpoints yet' }).waitFor();
  await look(page, 'empty');
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await look(page, 'new');
  const url = page.getByLabel('URL');
  await url.fill('http://169.254.169.254/latest/meta-data');
  await page.getByRole('button', { name: 'Add this endpoint' }).click();
  await page.getByText('This address is not on the public internet.').waitFor();
  assert.equal(await url.getAttribute('aria-invalid'), 'true');
  assert.ok(await url.evaluate((field) => document.activeElement === field), 'the focus is at the fault');
  await url.fill(receiver.url);
  await page.getByLabel('Description').fill('Tells the CRM about meetings');
  await page.getByRole('radio', { name: 'Only what you choose' }).check({ force: true });
  await page.getByText('3 events of Connected accounts').click();
  await page.getByRole('checkbox', { name: /A person has to connect again/ }).check({ force: true });
  await look(page, 'new with chosen events');
  await page.getByRole('button', { name: 'Add this endpoint' }).click();
  const secret = await secretOn(page);
  await look(page, 'secret');
  await page.getByRole('button', { name: 'Go on to a test event' }).click();
  await page.getByText('Nothing was sent yet. A test event shows').waitFor();
  await look(page, 'endpoint without deliveries');
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText(/The test event arrived: answer 204 after \d+ ms/).waitFor();
  await page.getByText('Delivering', { exact: true }).waitFor();
  await page.getByRole('row', { name: /Test event.*Arrived/ }).waitFor();
  await look(page, 'test event arrived');
  verify(receiver.last(), secret);

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Description').waitFor();
  await look(page, 'settings');
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('For 24 hours every event is signed twice').waitFor();
  await look(page, 'making a new secret');
  await dialog.getByRole('button', { name: 'Make a new secret' }).click();
  const next = await secretOn(page);
  assert.notEqual(next, secret);
  await page.getByText(/^Until .*, every event is signed with the secret before as well/).waitFor();
  await look(page, 'new secret');
  await page.getByLabel('Description').fill('Tells the CRM about everything');
  await page.getByRole('radio', { name: 'Every event' }).check({ force: true });
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText(/The test event arrived/).waitFor();
  for (const one of [secret, next]) verify(receiver.last(), one);

  await page.getByRole('link', { name: 'Webhooks' }).first().click();
  await page.getByText(/The last event arrived/).waitFor();
  await page.getByText('Every event · Tells the CRM about everything').waitFor();
  await look(page, 'endpoints');
  await page.getByRole('link', { name: receiver.name }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Delete this endpoint' }).click();
  await dialog.getByText('Parley forgets its secret and the log').waitFor();
  await look(page, 'deleting');
  await dialog.getByRole('button', { name: 'Delete this endpoint' }).click();
  await page.getByRole('heading', { name: 'No endpoints yet' }).waitFor();
});

test('what does not arrive says why, here and on Today, and is sent again', async (t) => {
  const { page, stage, receiver } = await start(t);
  await addEndpoint(page, stage.publicUrl, receiver.url);
  receiver.answer = 500;
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('The test event did not arrive. The receiver answered 500.').waitFor();
  await page.getByText('Failing', { exact: true }).waitFor();
  await page.getByRole('row', { name: /Test event.*Next try in \d minutes.*500/ }).waitFor();
  await look(page, 'failing');
  await page.getByRole('navigation').getByRole('link', { name: 'Today' }).click();
  await page.getByText(`The webhook ${receiver.name} fails`).waitFor();
  await look(page, 'today with one that fails');
  await page.getByRole('link', { name: 'Go to the endpoint' }).click();
  await page.getByRole('row').getByRole('link', { name: 'Test event' }).click();
  await page.getByRole('heading', { name: 'Test event', level: 1 }).waitFor();
  await page.getByText('"type": "webhook.test"').waitFor();
  await page.getByText('the receiver says 500').waitFor();
  await look(page, 'event that did not arrive');
  receiver.answer = 204;
  await page.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText('Arrived', { exact: true }).waitFor();
  await page.getByText('204: it arrived').waitFor();
  await look(page, 'event that arrived');
  const [first, ...later] = receiver.requests.map(({ headers }) => headers['webhook-id']);
  assert.ok(later.length > 0 && later.every((id) => id === first), 'every try has the same id');

  await page.getByRole('link', { name: receiver.name }).click();
  const before = receiver.requests.length;
  await page.getByRole('button', { name: 'Send a time range again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Everything/ }).check({ force: true });
  await look(page, 'sending a time range again');
  await dialog.getByLabel('Until').fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Send it again' }).click();
  await dialog.getByText('The end must be later than the start.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Send a time range again' }).click();
  await dialog.getByRole('radio', { name: /Everything/ }).check({ force: true });
  await dialog.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText(/^Sending \d+ events? again\.$/).waitFor();
  await page.getByText('Delivering', { exact: true }).waitFor();
  assert.ok(receiver.requests.length > before, 'it was sent once more');

  receiver.answer = 410;
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('Its receiver answered 410: it wants no more events.').waitFor();
  await page.getByRole('link', { name: 'Given up' }).click();
  await page.getByRole('row', { name: /Given up.*410/ }).waitFor();
  await look(page, 'switched off by its receiver');
  await page.getByRole('navigation').getByRole('link', { name: 'Today' }).click();
  await page.getByText(`The webhook ${receiver.name} is switched off`).waitFor();
  await look(page, 'today with one that is switched off');
  await page.getByRole('link', { name: 'Go to the endpoint' }).click();
  receiver.answer = 204;
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByText('Switched on: what happens from now on is sent.').waitFor();
  await look(page, 'switched on again');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Switch this endpoint off' }).click();
  await look(page, 'switching off');
  await dialog.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByText('Somebody switched it off here.').waitFor();
});

test('an endpoint that was switched off for failing says when it is asked again, and comes back by itself', async (t) => {
  const { page, stage, receiver } = await start(t);
  await addEndpoint(page, stage.publicUrl, receiver.url);
  await page.getByText('Nothing was sent yet. A test event').waitFor();
  const { db } = stage.world.database;
  const off = { status: 'disabled', disabled_reason: 'failing', catch_up_after: 0 } as const;
  const inAnHour = new Date(Date.now() + 3_600_000);
  await db
    .updateTable('webhook_endpoints')
    .set({ ...off, failing_since: new Date(Date.now() - 5 * 86_400_000), disabled_at: new Date(), probe_at: inAnHour })
    .execute();
  await page
    .getByText(/Nothing had arrived for five days\. Parley asks again (at|on) .*, switches it on when/)
    .waitFor();
  await look(page, 'switched off and asked again');
  await page.getByRole('navigation').getByRole('link', { name: 'Today' }).click();
  await page.getByText(/Parley asks again (at|on) /).waitFor();
  await page.getByRole('link', { name: 'Go to the endpoint' }).click();
  receiver.answer = 500;
  const askNow = async () => {
    await db.updateTable('webhook_endpoints').set({ probe_at: new Date() }).execute();
    await stage.world.app.sweep();
  };
  await askNow();
  await page.getByRole('row', { name: /Question whether it answers again.*Did not arrive.*500/ }).waitFor();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Leave it switched off' }).click();
  await look(page, 'leaving it switched off');
  await page.getByRole('dialog').getByRole('button', { name: 'Go on asking' }).click();
  await page.getByRole('link', { name: 'Deliveries' }).click();
  receiver.answer = 204;
  await askNow();
  await page.getByText('Delivering', { exact: true }).waitFor();
  await page.getByRole('row', { name: /Question whether it answers again.*Arrived.*204/ }).waitFor();
  await look(page, 'back by itself');
});

test('with a key pair the public key stays on the page; a long log is read page by page', async (t) => {
  const { page, stage, receiver } = await start(t);
  await page.goto(`${stage.publicUrl}/console/developers/webhooks/new`);
  await page.getByLabel('URL').fill(receiver.url);
  await page.getByRole('radio', { name: /^A key pair/ }).check({ force: true });
  await page.getByRole('button', { name: 'Add this endpoint' }).click();
  const key = page.getByRole('group', { name: 'the public key', exact: true });
  const shown = await key.innerText();
  assert.match(shown, /^whpk_/);
  await look(page, 'public key');
  await page.getByRole('button', { name: 'Go on to a test event' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  assert.equal(await key.innerText(), shown);
  await page.getByRole('button', { name: 'Make a new key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new key' }).click();
  await page.getByRole('heading', { name: 'Give your system the public key' }).waitFor();
  assert.notEqual(await key.innerText(), shown);
  await look(page, 'settings with a new key');
  await sendTests(page, 23);
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('row').nth(20).waitFor();
  await look(page, 'long log');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('row').nth(23).waitFor();
  await page.getByText('That is all.').waitFor();
});

test('those who do not manage the workspace find neither the pages nor their data', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: 'dana.reyes@contoso.example' });
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Webhooks' }).count(), 0);
  for (const path of ['', '/new', '/whe_x', '/whe_x/settings', '/whe_x/deliveries/whd_x']) {
    await page.goto(`${stage.publicUrl}/console/developers/webhooks${path}`);
    await page.getByRole('heading', { name: 'For administrators of this workspace' }).waitFor();
  }
});

async function start(t: TestContext) {
  const receiver = await startReceiver(t);
  const stage = await startStage(t, { Webhooks__AllowedNetworks: '127.0.0.0/8' });
  const person = await signedIn(stage, { viewport: { width: 1280, height: 900 } });
  person.expectFault(/status of 4\d\d/); // a form with a fault
  return { stage, receiver, ...person };
}

type Request = { headers: IncomingHttpHeaders; body: string };

/** A system that is told what happens, listening for real. */
async function startReceiver(t: TestContext) {
  const requests: Request[] = [];
  const receiver = { answer: 204, requests, url: '', name: '', last: () => requests.at(-1) };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({ headers: request.headers, body });
      response.statusCode = receiver.answer;
      response.end(receiver.answer === 204 ? undefined : `the receiver says ${receiver.answer}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  receiver.name = `127.0.0.1:${(server.address() as AddressInfo).port}/hooks/parley`;
  receiver.url = `http://${receiver.name}`;
  return receiver;
}

function verify(request: Request | undefined, secret: string): void {
  assert.ok(request, 'something arrived');
  new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
}

async function secretOn(page: Page): Promise<string> {
  const field = page.getByRole('group', { name: 'the secret', exact: true });
  await field.waitFor();
  const secret = await field.innerText();
  assert.match(secret, /^whsec_/);
  return secret;
}

async function addEndpoint(page: Page, publicUrl: string, url: string): Promise<void> {
  await page.goto(`${publicUrl}/console/developers/webhooks/new`);
  await page.getByLabel('URL').fill(url);
  await page.getByRole('button', { name: 'Add this endpoint' }).click();
  await secretOn(page);
  await page.getByRole('button', { name: 'Go on to a test event' }).click();
}

/** Many test events to the endpoint whose settings are open; here by the API, as the person who is signed in. */
async function sendTests(page: Page, count: number): Promise<void> {
  await page.evaluate(async (count) => {
    const id = location.pathname.split('/').at(-2);
    for (let sent = 0; sent < count; sent += 1) await fetch(`/v1/webhook-endpoints/${id}/test`, { method: 'POST' });
  }, count);
}

/** The page as it stands: wide and narrow, light and dark. */
async function look(page: Page, name: string): Promise<void> {
  const file = `webhooks-${name.replaceAll(/\W+/g, '-')}`;
  await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  const before = page.viewportSize();
  await shoot(page, file);
  await assertAccessible(page, `${name}, light`);
  await turn(page, 'dark');
  await assertAccessible(page, `${name}, dark`);
  await turn(page, 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, `${file}-narrow`);
  assert.ok(await fitsAcross(page), `${name} fits across a narrow screen`);
  if (before) await page.setViewportSize(before);
}

/** Another theme, without the fading from one to the other. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((painted) => requestAnimationFrame(painted));
  });
}
