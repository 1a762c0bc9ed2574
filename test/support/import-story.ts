import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { importFiles, type ImportReport, type ImportWish } from '../../src/imports/service.ts';
import { startMailStory } from './mail-story.ts';

export const exportsFolder = join(import.meta.dirname, '../fixtures/imports');

// oxlint-disable-next-line typescript/no-explicit-any -- tests change answers of any shape
export type Json = any;

/** A desk with mail, and a copy of what both products’ APIs answered about its owner, to be changed by the test. */
export async function startImportStory(t: TestContext, options: Parameters<typeof startMailStory>[2] = {}) {
  const story = await startMailStory(t, { slug: 'made-here' }, options);
  const folder = await mkdtemp(join(tmpdir(), 'parley-import-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(exportsFolder, folder, { recursive: true });
  const { system, desk } = story;
  const { db } = system.database;
  const run = (paths: string[], wish: Partial<ImportWish> = {}): Promise<ImportReport> =>
    importFiles(
      { db, now: system.clock.now, queue: system.app.deps.queue },
      {
        principal: {
          kind: 'member',
          workspaceId: desk.workspaceId,
          memberId: desk.memberId,
          role: 'owner',
          sessionHash: Buffer.alloc(0),
        },
        paths: paths.map((path) => join(folder, path)),
        renamed: new Map(),
        meetings: 'none',
        apply: true,
        strict: false,
        atMost: 25,
        ...wish,
      },
    );
  return {
    ...story,
    db,
    folder,
    run,
    rehearse: (paths: string[], wish: Partial<ImportWish> = {}) => run(paths, { apply: false, ...wish }),
    /** Writes a file; with a function, what it makes of what is there. */
    save: async (name: string, json: unknown) => {
      const path = join(folder, name);
      const value = typeof json === 'function' ? json(JSON.parse(await readFile(path, 'utf8'))) : json;
      await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    },
    eventTypes: async () => (await story.ask('GET', '/v1/event-types'))['data'] as Json[],
    /** By their start; of one time by the visitor’s address. */
    bookings: async () => {
      const rows = (await story.ask('GET', '/v1/bookings?limit=200'))['data'] as Json[];
      const order = ({ start, visitor }: Json) => `${start} ${visitor.email}`;
      return rows.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
    },
  };
}

/** How many things had which outcome. */
export function counts({ entries }: ImportReport): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { action, because } of entries) {
    const name = because ?? action;
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}
