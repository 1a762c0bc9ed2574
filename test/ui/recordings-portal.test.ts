import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { startUiFront, type UiFront } from './support/front.ts';
import { allowArtifacts, allowTranscripts, holdMeeting } from './support/recorded.ts';
import { fitsAcross, keyboardOf, sam } from './support/visitor.ts';

test('a visitor follows the letter, watches, searches, jumps and downloads', async (t) => {
  await watchAndSearch(t, 'light');
});

test('the same in the dark', async (t) => {
  await watchAndSearch(t, 'dark', { colorScheme: 'dark' });
});

test('the same on a phone', async (t) => {
  await watchAndSearch(t, 'phone', { viewport: { width: 320, height: 640 } });
});

test('the same without JavaScript', async (t) => {
  await watchAndSearch(t, 'without-javascript', { javaScriptEnabled: false });
});

/** Sam's meeting was recorded and written down, and the workspace shows it. */
async function startShown(t: TestContext) {
  const front = await startUiFront(t);
  const { stage } = front;
  const { db } = stage.world.database;
  await allowArtifacts(stage);
  allowTranscripts(stage);
  await db.updateTable('workspaces').set({ show_in_portal: true }).execute();
  const meeting = await holdMeeting(stage);
  meeting.end({ processingMs: 0 });
  stage.clock.advance(3 * 60_000);
  const { id } = await db.selectFrom('meetings').select('id').executeTakeFirstOrThrow();
  await front.api('POST', `/v1/meetings/${id}/artifacts/refresh`);
  const letter = await front.linkTo(sam.email, /\/recordings$/);
  return { ...front, letter };
}

async function enter(front: UiFront, page: Page, letter: string): Promise<void> {
  await page.goto(letter);
  await page.getByText('Type the address to which you were invited').waitFor();
  await page.getByLabel('E-mail').fill(sam.email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor();
  await page.goto(await front.linkTo(sam.email, /\/my\/[^/]+\/link\//));
  await page.getByRole('button', { name: 'See my appointments' }).click();
  await page.getByRole('heading', { name: 'Recording and transcript' }).waitFor();
}

async function watchAndSearch(t: TestContext, name: string, options: PersonOptions = {}): Promise<void> {
  const hasScripts = options.javaScriptEnabled !== false;
  const front = await startShown(t);
  const { page, expectFault } = await front.stage.person(options);
  const look = async (what: string) => {
    await shoot(page, `recordings-portal-${what}-${name}`);
    if (hasScripts) await assertAccessible(page, `recordings in the portal: ${what} (${name})`);
    assert.ok(await fitsAcross(page), `${what} fits`);
  };
  await enter(front, page, front.letter);
  await look('page');
  const line = page.getByRole('listitem').filter({ hasText: 'deadline' });
  await line.getByRole('link', { name: /Play from/ }).click();
  if (hasScripts) await playsFrom(page, 12);
  else assert.match((await page.locator('video').getAttribute('src')) ?? '', /#t=12$/);

  await page.getByLabel('Search the transcript').fill('good morning');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText(/2 lines with/).waitFor();
  assert.equal(await page.locator('.transcript li').count(), 2);
  assert.deepEqual((await page.locator('mark').allInnerTexts()).map((text) => text.toLowerCase()).slice(0, 2), [
    'good',
    'morning',
  ]);
  await look('found');
  await page.getByRole('link', { name: 'Show everything' }).click();
  await page.getByText('I am recording this').waitFor();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Transcript (text)' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /\.txt$/);

  await page.getByRole('link', { name: /All your appointments/ }).click();
  await page.getByRole('link', { name: /^Recording and transcript/ }).waitFor();
  await look('list');
  await front.stage.world.database.db.updateTable('workspaces').set({ show_in_portal: false }).execute();
  expectFault(/status of 404/);
  await page.getByRole('link', { name: /^Recording and transcript/ }).click();
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await look('hidden');
  await page.getByRole('link', { name: 'All your appointments' }).click();
  await page.getByRole('heading', { name: 'Before' }).waitFor();
  assert.equal(await page.getByRole('link', { name: /^Recording and transcript/ }).count(), 0);
}

/** It really plays: the film came in ranges through Parley, and time goes on. */
async function playsFrom(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction((from) => {
    const video = document.querySelector('video');
    return video !== null && !video.paused && video.currentTime > from && video.currentTime < from + 8;
  }, seconds);
  assert.ok(await page.locator('[data-unplayable]').isHidden());
  await page.locator('video').evaluate((video) => (video as HTMLVideoElement).pause());
}

test('the keyboard alone plays from a line and searches, in large text', async (t) => {
  const front = await startShown(t);
  const { page } = await front.stage.person({ viewport: { width: 320, height: 640 } });
  const { press, reach } = keyboardOf(page);
  await enter(front, page, front.letter);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await shoot(page, 'recordings-portal-large-text');
  assert.ok(await fitsAcross(page), 'it fits at 320 px and 200 %');
  await reach(page.getByLabel('Search the transcript'));
  await page.keyboard.type('deadline');
  await page.keyboard.press('Enter');
  await page.getByText(/One line with/).waitFor();
  await press(page.getByRole('link', { name: 'Play from 0:12' }));
  await playsFrom(page, 12);
});

test('a player whose link has expired says what to do; the link itself plays in a tab of its own', async (t) => {
  const front = await startShown(t);
  const { page, expectFault } = await front.stage.person();
  await enter(front, page, front.letter);
  const source = (await page.locator('video').getAttribute('src')) ?? '';
  const { page: tab } = await front.stage.person();
  await tab.goto(new URL(source, front.stage.publicUrl).href);
  await tab.waitForFunction(() => (document.querySelector('video')?.duration ?? 0) > 1);
  expectFault(/status of 410|ERR_ABORTED/);
  front.stage.clock.advance(5 * 60 * 60_000);
  // Under another address, because the browser remembers what it has of this one.
  await page.locator('video').evaluate((video, src) => ((video as HTMLVideoElement).src = src), `${source}?again`);
  await page.getByText('The recording cannot be played at the moment').waitFor();
  await assertAccessible(page, 'a recording that cannot be played');
});
