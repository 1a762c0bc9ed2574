import { AsyncLocalStorage } from 'node:async_hooks';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/**
 * The database for whoever answers requests: usually the pool; within {@link Span.inOne}, one transaction that spans all
 * that is asked of it, also by those who open a transaction of their own, which becomes a part of it.
 */
export type Span = {
  db: Kysely<Database>;
  /**
   * What `run` throws undoes everything that was written meanwhile. Within another one, it is a part of that. `dry`: it
   * will be undone in any case.
   */
  inOne<T>(run: (trx: Transaction<Database>) => Promise<T>, options?: { dry?: boolean }): Promise<T>;
  /** Whether whoever asks runs within one that will be undone: then nothing may be changed elsewhere either. */
  isDry(): boolean;
};

type Spanning = { trx: Transaction<Database>; dry: boolean };

const beneath = new WeakMap<Kysely<Database>, Kysely<Database>>();

/** The database outside of any span: for what must stay written though the request is undone. */
export function outsideOf(db: Kysely<Database>): Kysely<Database> {
  return beneath.get(db) ?? db;
}

export function createSpan(base: Kysely<Database>): Span {
  const current = new AsyncLocalStorage<Spanning>();
  const db = new Proxy(base, {
    get(target, name) {
      const trx = current.getStore()?.trx;
      if (trx === undefined) return memberOf(target, name);
      if (name === 'transaction') return () => partOf(trx);
      // To whoever asks it is a database in which a transaction can be begun.
      return name === 'isTransaction' ? false : memberOf(trx, name);
    },
  });
  beneath.set(db, base);
  return {
    db,
    inOne(run, { dry = false } = {}) {
      const around = current.getStore()?.trx;
      if (around) return partOf(around).execute(run);
      return base.transaction().execute((trx) => current.run({ trx, dry }, () => run(trx)));
    },
    isDry: () => current.getStore()?.dry === true,
  };
}

/** Methods keep their own object: Kysely's have private fields. */
function memberOf(target: Kysely<Database>, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(target) : member;
}

let parts = 0;

/** A transaction within the one that spans: a savepoint, to which it goes back when it fails. */
function partOf(trx: Transaction<Database>) {
  return {
    async execute<T>(run: (part: Transaction<Database>) => Promise<T>): Promise<T> {
      const savepoint = sql.id(`part_${(parts = (parts + 1) % 1_000_000)}`);
      await sql`savepoint ${savepoint}`.execute(trx);
      try {
        const result = await run(trx);
        await sql`release savepoint ${savepoint}`.execute(trx);
        return result;
      } catch (error) {
        await sql`rollback to savepoint ${savepoint}`.execute(trx);
        throw error;
      }
    },
  };
}
