import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { addEventType, startUiFront } from './support/front.ts';
import { chooseDay, chooseTime, fillIn, fitsAcross, joinLink, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('a visitor asks, the operator approves from the mail, and the visitor moves and cancels, in light', async (t) => {
  await askApproveMoveCancel(t, 'light');
});

test('the same in the dark', async (t) => {
  await askApproveMoveCancel(t, 'dark', { colorScheme: 'dark' });
});

test('the same on a phone', async (t) => {
  await askApproveMoveCancel(t, 'phone', { viewport: { width: 320, height: 640 } });
});

async function askApproveMoveCancel(t: TestContext, name: string, options: PersonOptions = {}): Promise<void> {
  const front = await startUiFront(t);
  const { stage, linkTo } = front;
  const changePolicy = { moveUntilMinutes: 60, cancelUntilMinutes: 60, mostMoves: 2 };
  const url = await addEventType(front, { needsApproval: true, durationChoices: [15, 60], changePolicy });
  const look = async (page: Parameters<typeof shoot>[0], what: string) => {
    await shoot(page, `visitor-request-${what}-${name}`);
    await assertAccessible(page, `${what} (${name})`);
    assert.ok(await fitsAcross(page), `${what} fits`);
  };

  const { page: visitor } = await stage.person(options);
  await visitor.goto(url);
  await visitor.getByRole('link', { name: '1 hour' }).click();
  await visitor.locator('.facts').getByText('1 hour').waitFor();
  await chooseDay(visitor, stage.clock.now());
  await look(visitor, 'calendar');
  await chooseTime(visitor);
  await visitor.getByText(/We keep this time for you until \d\d:\d\d\./).waitFor();
  await fillIn(visitor);
  await look(visitor, 'details');
  await visitor.getByRole('button', { name: 'Request this time' }).click();
  await visitor.getByRole('heading', { name: 'Your request has been sent' }).waitFor();
  await look(visitor, 'sent');

  const { page: operator } = await stage.person(options);
  await operator.goto(await linkTo(dana, /\/requests\/[^?]*$/));
  await operator.getByText('The time is free.').waitFor();
  await operator.getByLabel(/Note to/).fill('Please bring your CV.');
  await look(operator, 'to-decide');
  await operator.getByText('Another time').click();
  await operator.getByText('Decline this request').click();
  await look(operator, 'to-decide-open');
  await operator.getByRole('button', { name: 'Approve' }).click();
  await operator.getByRole('heading', { name: 'This request is approved' }).waitFor();
  await look(operator, 'approved');

  await visitor.getByRole('heading', { name: 'Your time is booked' }).waitFor();
  await visitor.getByText('Please bring your CV.').waitFor();
  const link = await joinLink(visitor);
  await look(visitor, 'confirmed');
  await visitor.getByText('twice more').waitFor();

  await visitor.getByRole('link', { name: 'Move to another time' }).click();
  await chooseDay(visitor, stage.clock.now());
  await chooseTime(visitor, undefined, 3);
  await visitor.getByRole('button', { name: 'Move to this time' }).click();
  await visitor.getByText('The meeting was moved.').waitFor();
  await visitor.getByText('once more').waitFor();
  assert.equal(await joinLink(visitor), link);
  await visitor.getByRole('link', { name: 'Cancel this meeting' }).click();
  await visitor.getByRole('button', { name: 'Cancel this meeting' }).click();
  await visitor.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
  await look(visitor, 'cancelled');
}

test('a request is declined, and the page that waits says so with the reason', async (t) => {
  const front = await startUiFront(t);
  const { stage, linkTo } = front;
  const url = await addEventType(front, { needsApproval: true });
  const { page: visitor } = await stage.person();
  await visitor.goto(url);
  await chooseDay(visitor, stage.clock.now());
  await chooseTime(visitor);
  await fillIn(visitor);
  await visitor.getByRole('button', { name: 'Request this time' }).click();
  await visitor.getByRole('heading', { name: 'Your request has been sent' }).waitFor();
  const { page: operator } = await stage.person();
  await operator.goto(await linkTo(dana, /\/requests\/.*decline/));
  await operator.getByLabel(/Reason for/).fill('I am at a fair that week.');
  await operator.getByRole('button', { name: 'Decline' }).click();
  await operator.getByRole('heading', { name: 'This request is declined' }).waitFor();
  await shoot(operator, 'visitor-request-declined-operator');
  await visitor.getByRole('heading', { name: 'This time was declined' }).waitFor();
  await visitor.getByText('I am at a fair that week.').waitFor();
  await shoot(visitor, 'visitor-request-declined');
  await assertAccessible(visitor, 'declined request');
});

test('a time is kept while somebody types, taken from nobody who only looks, and given back when they leave', async (t) => {
  const front = await startUiFront(t);
  const { stage } = front;
  const url = await addEventType(front, {});
  const { page: first } = await stage.person();
  await first.goto(url);
  await chooseDay(first, stage.clock.now());
  const start = await chooseTime(first);
  await first.getByText(/We keep this time for you/).waitFor();
  const { page: second, expectFault } = await stage.person();
  expectFault(/status of 409/);
  const details = `${url}?start=${start.toISOString().replace('.000', '')}&tz=Europe/Berlin`;
  await second.goto(details);
  await second.getByText('no longer free').waitFor();
  await shoot(second, 'hold-taken');
  await first.getByRole('link', { name: 'Change time' }).click();
  await first.locator('#times a.time').first().waitFor();
  await second.goto(details);
  await second.getByText(/We keep this time for you/).waitFor();
});

test('a time that is no longer kept says what to do, and typing keeps it again', async (t) => {
  const front = await startUiFront(t);
  const { stage } = front;
  const url = await addEventType(front, {});
  const { page } = await stage.person();
  await page.clock.install();
  await page.goto(url);
  await chooseDay(page, stage.clock.now());
  await chooseTime(page);
  const kept = page.getByText(/We keep this time for you until \d\d:\d\d\./);
  await kept.waitFor();
  await page.clock.fastForward(8.5 * 60_000);
  await page.clock.fastForward(2 * 60_000);
  await page.getByText('We no longer keep this time for you.').waitFor();
  await shoot(page, 'hold-over');
  await assertAccessible(page, 'form whose hold is over');
  await page.getByLabel('Name').press('S');
  await kept.waitFor();
});

test('the pages mirror themselves for languages that are written from right to left', async (t) => {
  const front = await startUiFront(t);
  const { stage } = front;
  const url = await addEventType(front, { durationChoices: [15, 60], mostInSeries: 4, needsApproval: true });
  const { page } = await stage.person({ viewport: { width: 320, height: 640 } });
  const mirrored = async (what: string) => {
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await shoot(page, `right-to-left-${what}`);
    assert.ok(await fitsAcross(page), `${what} fits`);
    await assertAccessible(page, `${what} from right to left`);
  };
  await page.goto(url);
  await mirrored('calendar');
  await chooseDay(page, stage.clock.now());
  await chooseTime(page);
  await fillIn(page, { name: 'ليلى حداد', email: 'layla@visitor.example', note: 'شكرا' });
  await mirrored('details');
  await page.getByRole('button', { name: 'Request this time' }).click();
  await page.getByRole('heading', { name: 'Your request has been sent' }).waitFor();
  await mirrored('sent');
  await page.goto(await front.linkTo(dana, /\/requests\/[^?]*$/));
  await mirrored('to-decide');
});

test('a series is checked before it is booked, and each of its times has its page', async (t) => {
  const front = await startUiFront(t);
  const { stage } = front;
  const url = await addEventType(front, { mostInSeries: 8, horizonDays: 180, capacity: 6 });
  for (const [name, options] of [
    ['light', {}],
    ['dark-phone', { colorScheme: 'dark', viewport: { width: 320, height: 640 } }],
  ] as const) {
    const { page } = await stage.person(options);
    await page.goto(url);
    await chooseDay(page, stage.clock.now());
    await page.getByText('seats left').first().waitFor();
    await shoot(page, `series-calendar-${name}`);
    await chooseTime(page);
    await fillIn(page, { ...sam, email: `${name}@visitor.example` });
    await page.getByLabel('How often').first().selectOption('week');
    await page.getByLabel('How many times').selectOption('3');
    await shoot(page, `series-details-${name}`);
    await assertAccessible(page, `series details ${name}`);
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByRole('heading', { name: /times are free/ }).waitFor();
    await shoot(page, `series-check-${name}`);
    await assertAccessible(page, `series check ${name}`);
    assert.ok(await fitsAcross(page));
    await page.getByRole('button', { name: /Book these \d times/ }).click();
    await page.getByRole('heading', { name: /Your \d times are booked/ }).waitFor();
    await joinLink(page);
    await shoot(page, `series-booked-${name}`);
    await assertAccessible(page, `series booked ${name}`);
    assert.ok(await fitsAcross(page));
  }
});
