import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { mailboxOf } from './support/outlook.ts';
import { startStage } from './support/stage.ts';
import { bookAnything, fitsAcross, joinLink, keyboardOf, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 640 } }],
];

for (const [look, options] of looks) {
  test(`the diagnosis is run, read and copied: ${look}`, async (t) => {
    const stage = await startStage(t);
    const { page, context } = await signedIn(stage, options);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.publicUrl });
    const check = async (name: string) => {
      await shoot(page, `diagnostics-${name.replaceAll(' ', '-')}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    await page.goto(`${stage.publicUrl}/console/microsoft-365/diagnostics`);
    await page.getByRole('heading', { name: 'Diagnostics', level: 1 }).waitFor();
    await page.getByLabel('Whose connection').selectOption({ label: `Dana Reyes (${dana})` });
    await page.waitForURL(/member=mem_/);
    await page.getByText('Nothing was checked yet').waitFor();
    await check('before');

    const { press, reach } = keyboardOf(page);
    await reach(page.getByLabel('Also make a test meeting'));
    await page.keyboard.press('Space');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    stage.emulator.switches.latencyMs = 200;
    await press(page.getByRole('button', { name: 'Run the checks' }));
    await page.getByText('Asking Microsoft, one step after the other').waitFor();
    await check('while it runs');
    await page.getByText('All is well').waitFor();
    stage.emulator.switches.latencyMs = 0;
    assert.equal(await page.getByText('Fine', { exact: true }).count(), 13);
    await page.getByText('Details of Round trip').click();
    await page.getByText(/^POST localhost:\d+\/v1\.0\/me\/events$/).waitFor();
    await check('all well');
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByRole('button', { name: 'Copied the report' }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Parley diagnosis\n/);

    // The result waits while one looks at another page.
    if (look === 'narrow') await page.getByRole('button', { name: 'Navigation' }).click();
    await page.getByRole('link', { name: 'Event types' }).click();
    await page.getByRole('heading', { name: 'Event types', level: 1 }).waitFor();
    await page.goBack();
    await page.getByText('All is well').waitFor();

    stage.user('dana.reyes').mailbox = null;
    await page.getByRole('button', { name: 'Run the checks again' }).click();
    await page.getByText('1 check failed').waitFor();
    await page.getByText('What helps:').first().waitFor();
    await page.getByText('Details of Mailbox').click();
    await check('a failure');
    assert.deepEqual(mailboxOf(stage, dana).events, []);
  });
}

test('a connection that Microsoft no longer accepts leads to its diagnosis, and a failed meeting too', async (t) => {
  const stage = await startStage(t);
  const visitor = await stage.person();
  await bookAnything(visitor.page, stage.bookingUrl, stage.clock.now());
  await joinLink(visitor.page);
  const { page } = await signedIn(stage, { email: dana });
  stage.emulator.fail({ service: 'entra', times: 2, kind: { type: 'aadsts', code: 50173, error: 'invalid_grant' } });
  await page.goto(`${stage.publicUrl}/console/microsoft-365/diagnostics`);
  await page.getByRole('button', { name: 'Run the checks' }).click();
  await page.getByText('The connection was revoked.').waitFor();
  assert.equal(await page.getByLabel('Whose connection').count(), 0, 'an operator looks at their own');
  await page.getByRole('link', { name: 'Integrations' }).click();
  await page.getByRole('link', { name: 'Run the diagnosis' }).click();
  await page.getByRole('heading', { name: 'Diagnostics', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Run the checks again' }).click();
  await page.getByText(/Since .* Parley does not use it any more/).waitFor();

  await page.goto(`${stage.publicUrl}/console/bookings`);
  await page.getByRole('link').filter({ hasText: sam.name }).click();
  await page.getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByRole('link', { name: 'Run the diagnosis' }).click();
  await page.getByRole('heading', { name: 'Diagnostics', level: 1 }).waitFor();
  await page.getByText('Nothing was checked yet').waitFor();
});
