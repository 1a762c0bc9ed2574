import type { Page } from 'playwright-core';
import { mailboxState } from '../../../emulator/control/mailbox-state.ts';
import type { Stage } from './stage.ts';

/** What a mailbox of the emulator holds, without opening its pages. */
export function mailboxOf({ emulator }: Stage, address: string) {
  return mailboxState(emulator.context, address);
}

/** Opens the week of a mailbox in which an instant lies. */
export async function openWeek(page: Page, stage: Stage, address: string, at: Date): Promise<void> {
  const monday = new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * 24 * 60 * 60_000);
  await page.goto(`${stage.outlook(address, 'calendar')}?week=${monday.toISOString().slice(0, 10)}`);
}

/** The kinds of mail in an inbox, oldest first, counted from the page that its owner sees. */
export async function inboxKinds(page: Page, stage: Stage, address: string): Promise<string[]> {
  await page.goto(stage.outlook(address, 'inbox'));
  return (await page.locator('.mails .tag').allInnerTexts()).toReversed();
}
