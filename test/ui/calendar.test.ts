import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { addEventType, addYuki, dayOf, ola, programOf, tuesdayAt, type Program } from './support/program.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross, keyboardOf } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
];

/** A week with something of everything: two operators, a meeting of both, a request, what was cancelled. */
async function aWeek(stage: Stage) {
  const program = await programOf(stage);
  const { danaId, yukiId } = await addYuki(stage, program);
  const both = { operatorIds: [danaId, yukiId] };
  const chat = await addEventType(program, {
    slug: 'career-chat',
    title: 'Career chat',
    ...both,
    durationChoices: [30, 60],
  });
  const panel = await addEventType(program, { slug: 'panel', title: 'Panel', ...both, assignment: 'collective' });
  const mock = await addEventType(program, { slug: 'mock', title: 'Mock interview', ...both, needsApproval: true });
  const tuesday = (time: string) => tuesdayAt(stage.clock.now(), time);
  const book = bookingOf(program);
  await book(chat, tuesday('09:00'), 'Ada Berg', { operatorId: danaId });
  await book(chat, tuesday('10:00'), 'Bo Chen', { operatorId: danaId, durationMinutes: 60 });
  await book(chat, tuesday('10:30'), 'Cleo Diaz', { operatorId: yukiId });
  await book(panel, tuesday('13:00'), 'Dov Eden');
  await book(mock, tuesday('15:00'), 'Eva Funk', { operatorId: yukiId });
  const group = await addEventType(program, { slug: 'group', title: 'Group talk', operatorIds: [danaId], capacity: 4 });
  const friday = new Date(tuesday('14:00').getTime() + 3 * 86_400_000);
  for (const name of ['Hana Iwu', 'Ivo Jansen', 'Jo Kern']) await book(group, friday, name);
  const gone = await book(chat, tuesday('16:00'), 'Finn Gray', { operatorId: danaId });
  await program('POST', `/v1/bookings/${gone}/cancel`, { reason: '' });
  const later = new Date(tuesday('11:00').getTime() + 2 * 86_400_000);
  await book(chat, later, 'Gus Hahn', { operatorId: danaId });
  return { program, day: dayOf(tuesday('09:00')), danaId, yukiId };
}

function bookingOf(program: Program) {
  return async (eventType: Record<string, unknown>, start: Date, name: string, more: Record<string, unknown> = {}) => {
    const email = `${name.toLowerCase().replace(' ', '.')}@visitor.example`;
    const made = await program('POST', '/v1/bookings', {
      eventTypeId: eventType['id'],
      start,
      visitor: { ...ola, name, email },
      ...more,
    });
    return made['id'] as string;
  };
}

for (const [look, options] of looks) {
  test(`a week, and a day with a column for each operator: ${look}`, async (t) => {
    const stage = await startStage(t);
    const { day, danaId } = await aWeek(stage);
    const { page } = await signedIn(stage, { ...options, email: dana });
    const see = async (name: string) => {
      await shoot(page, `calendar-${name}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    const visit = (search: string) => page.goto(`${stage.publicUrl}/console/bookings/calendar${search}`);
    await visit(`?date=${day}`);
    await page.getByText('8 appointments in this week; 1 request waits for an answer.').waitFor();
    await page.getByText('Link ready').first().waitFor({ state: 'attached' });
    await page
      .getByRole('link')
      .filter({ hasText: look === 'narrow' ? 'Jo Kern' : 'Hana Iwu and 2 others' })
      .waitFor();
    await see('week');
    await page.getByRole('link', { name: 'Day', exact: true }).click();
    await page.getByText('4 appointments on this day; 1 request waits for an answer.').waitFor();
    assert.match(page.url(), /view=day/);
    await see('day');
    await page.getByLabel('Operator').selectOption({ label: 'Dana Reyes' });
    await page.getByText('3 appointments on this day.').waitFor();
    assert.match(page.url(), new RegExp(`host=${danaId}`));
    await see('day-of-one');
    await page.getByRole('button', { name: 'A day later' }).click();
    await page.getByText('Nothing is booked on this day.').waitFor();
    await see('empty-day');
  });
}

test('the calendar is walked with the arrow keys, and Enter opens an appointment', async (t) => {
  const stage = await startStage(t);
  const { day } = await aWeek(stage);
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings/calendar?date=${day}&view=day`);
  const appointment = (name: string) => page.getByRole('link').filter({ hasText: name });
  const isFocused = (name: string, nth = 0) =>
    appointment(name)
      .nth(nth)
      .evaluate((element) => document.activeElement === element);
  await keyboardOf(page).reach(appointment('Ada Berg'));
  const steps: [string, string, number?][] = [
    ['ArrowDown', 'Bo Chen'],
    ['ArrowRight', 'Cleo Diaz'],
    ['ArrowDown', 'Dov Eden', 1],
    ['ArrowLeft', 'Dov Eden', 0],
    ['ArrowUp', 'Bo Chen'],
    ['Home', 'Ada Berg'],
    ['ArrowUp', 'Ada Berg'],
    ['End', 'Dov Eden', 0],
    ['ArrowRight', 'Dov Eden', 1],
    ['End', 'Eva Funk'],
  ];
  for (const [key, name, nth] of steps) {
    await page.keyboard.press(key);
    assert.ok(await isFocused(name, nth), `${key} leads to ${name}`);
  }
  await shoot(page, 'calendar-keyboard');
  await page.keyboard.press('Tab');
  assert.ok(!(await isFocused('Dov Eden')), 'Tab leaves the calendar');
  await page.keyboard.press('Shift+Tab');
  assert.ok(await isFocused('Eva Funk'), 'and comes back to where one was');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Eva Funk', level: 1 }).waitFor();
});

test('the list is searched and filtered, and its address says how', async (t) => {
  const stage = await startStage(t);
  const { yukiId } = await aWeek(stage);
  const { page } = await signedIn(stage, { email: dana, viewport: { width: 1280, height: 900 } });
  await page.goto(`${stage.publicUrl}/console/bookings`);
  const rows = page.getByRole('main').getByRole('listitem').getByRole('link');
  /** One is not on the list any more, and it has been read again: the other is. */
  const left = async (gone: string, still: string) => {
    await rows.filter({ hasText: gone }).waitFor({ state: 'detached' });
    await rows.filter({ hasText: still }).waitFor();
  };
  await rows.filter({ hasText: 'Ada Berg' }).waitFor();
  assert.equal(await rows.count(), 9);
  await shoot(page, 'bookings-list');
  await page.getByLabel('State').selectOption({ label: 'Waiting for approval' });
  await left('Ada Berg', 'Eva Funk');
  assert.equal(await rows.count(), 1);
  await page.getByRole('button', { name: 'Show all' }).click();
  await rows.filter({ hasText: 'Ada Berg' }).waitFor();
  await page.getByLabel('Operator').selectOption({ label: 'Yuki Brandt' });
  await left('Ada Berg', 'Eva Funk');
  assert.deepEqual(
    (await rows.allInnerTexts()).map((text) => /[A-Z][a-z]+ [A-Z][a-z]+/.exec(text)?.[0]),
    ['Cleo Diaz', 'Dov Eden', 'Eva Funk'],
  );
  await page.getByLabel('Name or address').fill('cleo.diaz@');
  await left('Dov Eden', 'Cleo Diaz');
  assert.match(page.url(), new RegExp(`host=${yukiId}`));
  assert.match(page.url(), /q=cleo/);
  await assertAccessible(page, 'filtered bookings');
  await page.reload();
  await rows.filter({ hasText: 'Cleo Diaz' }).waitFor();
  assert.equal(await page.getByLabel('Name or address').inputValue(), 'cleo.diaz@');
  await page.getByLabel('Name or address').fill('nobody at all');
  await page.getByRole('heading', { name: 'Nothing is like that' }).waitFor();
  await shoot(page, 'bookings-list-nothing');
  await page.getByRole('link', { name: 'Show all' }).click();
  await rows.filter({ hasText: 'Ada Berg' }).waitFor();
  await page.getByRole('link', { name: 'Cancelled', exact: true }).click();
  await rows.filter({ hasText: 'Finn Gray' }).waitFor();
  assert.equal(await rows.count(), 1);
  await shoot(page, 'bookings-list-cancelled');
});
