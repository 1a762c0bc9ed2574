import type { Person, PersonOptions } from './browser.ts';
import type { Stage } from './stage.ts';

/** A member of the workspace with the console open; the owner, unless another one is named by their e-mail address. */
export async function signedIn(stage: Stage, options?: PersonOptions & { email?: string }): Promise<Person> {
  const { email, ...rest } = options ?? {};
  const person = await stage.person(rest);
  const memberId = email === undefined ? undefined : await memberWith(stage, email);
  await person.page.goto(await stage.signInLink(memberId));
  await person.page.getByRole('button', { name: 'Sign in' }).click();
  await person.page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  return person;
}

async function memberWith({ world }: Stage, email: string): Promise<string> {
  const { db } = world.database;
  const { id } = await db.selectFrom('members').select('id').where('email', '=', email).executeTakeFirstOrThrow();
  return id;
}
