import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** Fails with every violation that axe finds on the page, or the frame of one, as it stands. All rules run, best practices too. */
export async function assertAccessible(page: Page | Frame, name: string): Promise<void> {
  // Evaluated by the debugger, not loaded by the page: its policy stays in force.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
    return violations.map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
    }));
  });
  const told = violations.map(({ rule, nodes }) => `${rule}\n    ${nodes.join('\n    ')}`);
  assert.equal(told.length, 0, `${name} (${page.url()}):\n  ${told.join('\n  ')}`);
}
