import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { addEventType, startUiFront, type UiFront } from './support/front.ts';
import {
  bookAnything,
  chooseDay,
  chooseTime,
  fillIn,
  fitsAcross,
  joinLink,
  keyboardOf,
  sam,
} from './support/visitor.ts';

test('a visitor enters by mail, sees everything, moves, cancels, asks for more and signs out', async (t) => {
  await seeMoveCancel(t, 'light');
});

test('the same in the dark', async (t) => {
  await seeMoveCancel(t, 'dark', { colorScheme: 'dark' });
});

test('the same on a phone', async (t) => {
  await seeMoveCancel(t, 'phone', { viewport: { width: 320, height: 640 } });
});

test('the same without JavaScript', async (t) => {
  await seeMoveCancel(t, 'without-javascript', { javaScriptEnabled: false });
});

async function seeMoveCancel(t: TestContext, name: string, options: PersonOptions = {}): Promise<void> {
  const front = await startUiFront(t);
  const { stage } = front;
  await addEventType(front, { needsApproval: true, title: 'Advice on request' });
  const { page } = await stage.person(options);
  const look = async (what: string) => {
    await shoot(page, `portal-${what}-${name}`);
    if (options.javaScriptEnabled !== false) await assertAccessible(page, `portal: ${what} (${name})`);
    assert.ok(await fitsAcross(page), `${what} fits`);
  };
  await bookAnything(page, stage.bookingUrl, stage.clock.now());
  await joinLink(page);
  await page.getByRole('link', { name: /All your appointments/ }).click();
  await page.getByLabel('E-mail').fill('nonsense');
  await look('address');
  await page.getByLabel('E-mail').fill(sam.email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
  await look('sent');
  await enter(front, page);
  await page.getByRole('heading', { name: 'Coming up' }).waitFor();
  await page.getByText('Confirmed').waitFor();
  await page.getByRole('link', { name: /^Join/ }).waitFor();
  await look('coming');

  await page.getByRole('link', { name: /^Move/ }).click();
  await chooseDay(page, stage.clock.now());
  await chooseTime(page, undefined, 2);
  await page.getByRole('button', { name: 'Move to this time' }).click();
  await page.getByText('The meeting was moved.').waitFor();
  await page.getByRole('link', { name: /All your appointments/ }).click();
  await page.getByRole('link', { name: /^Cancel/ }).click();
  await page.getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
  await page.getByRole('link', { name: /All your appointments/ }).click();
  await page.getByText('You have nothing planned.').waitFor();

  await page.getByRole('link', { name: /Advice on request/ }).click();
  await chooseDay(page, stage.clock.now());
  await chooseTime(page);
  await fillIn(page);
  await page.getByRole('button', { name: 'Request this time' }).click();
  await page.getByRole('link', { name: /All your appointments/ }).click();
  await page.getByText('Waiting for an answer').waitFor();
  await page.getByRole('heading', { name: 'Before' }).waitFor();
  await look('both');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Send me the link' }).waitFor();
}

async function enter({ linkTo }: Pick<UiFront, 'linkTo'>, page: Page): Promise<void> {
  await page.goto(await linkTo(sam.email, /\/my\/[^/]+\/link\//));
  await page.getByRole('button', { name: 'See my appointments' }).click();
}

test('the portal is used with the keyboard alone, in large text, and says what is wrong with an address', async (t) => {
  const front = await startUiFront(t);
  const { stage, linkTo } = front;
  const { page, expectFault } = await stage.person({ viewport: { width: 320, height: 640 } });
  expectFault(/status of 4(00|10)/);
  await bookAnything(page, stage.bookingUrl, stage.clock.now());
  const { press, reach } = keyboardOf(page);
  await page.goto(`${stage.publicUrl}/my/contoso-careers`);
  await reach(page.getByLabel('E-mail'));
  await page.keyboard.type('sam');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Enter an e-mail address like name@example.com.').waitFor();
  await shoot(page, 'portal-wrong-address');
  await assertAccessible(page, 'portal with a wrong address');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(sam.email);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
  const link = await linkTo(sam.email, /\/my\/[^/]+\/link\//);
  await page.goto(link);
  await press(page.getByRole('button', { name: 'See my appointments' }));
  await page.getByRole('heading', { name: 'Coming up' }).waitFor();
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await shoot(page, 'portal-large-text');
  assert.ok(await fitsAcross(page), 'the portal fits at 320 px and 200 %');
  await page.goto(link);
  await page.getByRole('heading', { name: 'This link has ended' }).waitFor();
  await assertAccessible(page, 'ended link');
});
