import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

test('a key is made for what its program needs, used, bound to an address, and followed by a second one', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  await page.goto(`${stage.publicUrl}/console/developers/api-keys`);
  await page.getByText('There are no keys yet.').waitFor();
  const first = await makeKey(page);
  const ask = (secret: string, path: string) => statusOf(stage, secret, path);
  assert.equal(await ask(first, 'bookings'), 200);
  assert.equal(await ask(first, 'webhook-endpoints'), 403);

  await page.reload();
  assert.ok(!(await page.content()).includes(first), 'the secret is not shown again');
  const row = page.getByRole('listitem').filter({ hasText: 'Front desk' });
  await row.getByText(/Used just now from (127\.0\.0\.1|::1)/).waitFor();
  await row.getByText('Bookings only · From anywhere').waitFor();
  await row.getByText(/^Expires in (30|29) days/).waitFor();
  await look(page, 'list');

  expectFault(/status of (400|403)/);
  await row.getByRole('button', { name: 'Change Front desk' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Reception');
  await dialog.getByLabel('Only from these addresses').fill('203.0.113.7\nsomewhere');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText(/Give an address such as 203\.0\.113\.7/).waitFor();
  await look(page, 'refused');
  await dialog.getByLabel('Only from these addresses').fill('203.0.113.7');
  await dialog.getByRole('radio', { name: 'What you choose' }).check({ force: true });
  const webhooks = dialog.getByRole('group', { name: 'Webhooks' });
  await webhooks.getByRole('checkbox', { name: /^Read/ }).check();
  await look(page, 'choose');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(/Webhooks \(read\), Members \(read\) · Only from 203\.0\.113\.7/).waitFor();
  assert.equal(await ask(first, 'webhook-endpoints'), 403, 'the browser’s machine has another address');

  await page.getByRole('button', { name: 'Change Reception' }).click();
  await dialog.getByLabel('Only from these addresses').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await ask(first, 'webhook-endpoints'), 200);

  await page.getByRole('button', { name: 'Make a second key for Reception' }).click();
  await dialog.getByLabel('The first key ends').selectOption('In an hour');
  await look(page, 'second');
  await dialog.getByRole('button', { name: 'Make the second key' }).click();
  await page.getByRole('heading', { name: 'Copy the second key of “Reception” now' }).waitFor();
  const second = await page.getByRole('group', { name: 'the key' }).innerText();
  assert.deepEqual([await ask(first, 'bookings'), await ask(second, 'bookings')], [200, 200]);
  await page.getByText(/^Made to take the place of/).waitFor();
  await page.getByText(/^Expires in (1 hour|59 minutes)/).waitFor();
  await look(page, 'two');
  stage.clock.advance(61 * 60_000);
  assert.deepEqual([await ask(first, 'bookings'), await ask(second, 'bookings')], [401, 200]);
});

/** Makes a key for bookings alone that lasts a month, and gives its secret. */
async function makeKey(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Front desk');
  await dialog.getByRole('radio', { name: 'Bookings only' }).check({ force: true });
  await dialog.getByLabel('It ends').selectOption('In 30 days');
  await look(page, 'new');
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const heading = page.getByRole('heading', { name: 'Copy the key of “Front desk” now' });
  await heading.waitFor();
  assert.ok(await heading.evaluate((element) => element === element.ownerDocument.activeElement), 'it is read out');
  await look(page, 'secret');
  return page.getByRole('group', { name: 'the key' }).innerText();
}

async function statusOf({ publicUrl }: Stage, secret: string, path: string): Promise<number> {
  const answer = await fetch(`${publicUrl}/v1/${path}`, { headers: { authorization: `Bearer ${secret}` } });
  await answer.body?.cancel();
  return answer.status;
}

/** Each state of the page is accessible, fits a narrow window, and is pictured. */
async function look(page: Page, name: string): Promise<void> {
  await assertAccessible(page, name);
  await shoot(page, `api-keys-${name}`);
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await fitsAcross(page), `${name} fits a narrow window`);
  if (wide) await page.setViewportSize(wide);
}
