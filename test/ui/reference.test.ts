import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
];

for (const [look, options] of looks) {
  test(`the reference of the API has no violations and asks no other server: ${look}`, async (t) => {
    const stage = await startStage(t);
    const { page } = await stage.person(options);
    const origin = new URL(stage.bookingUrl).origin;
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    for (const path of ['/docs', '/docs/bookings', '/docs/webhooks', '/docs?q=transcript']) {
      await page.goto(origin + path);
      await assertAccessible(page, `${path}, ${look}`);
      assert.ok(await fitsAcross(page), `${path} fits across, ${look}`);
    }
    assert.deepEqual(
      [...asked].filter((one) => one !== origin && one !== 'null'),
      [],
    );
    await page.goto(`${origin}/docs/bookings`);
    await shoot(page, `reference-${look}`);
  });
}

test('an operation is found with the keyboard alone, and its page says how it is asked', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await page.getByRole('link', { name: 'API reference' }).click();
  await page.getByRole('heading', { name: 'API reference', level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('reschedule booking');
  await page.getByRole('status').getByText('1 operation').waitFor();
  const link = page.getByRole('navigation').getByRole('link', { name: 'Move a booking' });
  while (!(await link.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/docs\/bookings#rescheduleBooking$/);
  const operation = page.getByRole('region', { name: 'Move a booking', exact: true });
  await operation.getByText('/v1/bookings/{id}/reschedule', { exact: true }).waitFor();
  await operation.getByText("curl -X POST '").waitFor();
  await operation.getByText('slot_taken').first().waitFor({ state: 'attached' });
});
